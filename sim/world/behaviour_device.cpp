#include "sim/world/behaviour_device.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace fleetsim::sim {
namespace {

using device::Leg;

// Apart from those of loads (device_traffic.cpp) and of reports (thing_reports.cpp).
constexpr device::Token own_token = 0x3e000000;
constexpr std::uint32_t own_token_mask = 0x00ffffff;

std::vector<std::uint8_t> copy_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

BehaviourDevice::BehaviourDevice(const DeviceSpec& spec, const RunRuntime& runtime, const BehaviourMaker& make)
    : spec_(spec),
      make_(make),
      device_(spec.identity),
      random_(RandomStream::fork(runtime.scenario->seed, "behaviour", runtime.scenario->groups[spec.group].name, spec.index)) {}

std::size_t BehaviourDevice::step(const device::StepContext& context, const device::Input& input) {
  now_ = context.now;
  if (std::holds_alternative<device::PowerOn>(input)) boot(context);
  if (std::holds_alternative<device::DeadlineReached>(input)) {
    wake(context);
    return 0;
  }
  if (const auto* const received = std::get_if<device::LinkReceived>(&input); received != nullptr && received->leg == Leg::mqtt)
    return receive(context, received->bytes);
  const auto* const opened = std::get_if<device::LinkOpened>(&input);
  const auto* const closed = std::get_if<device::LinkClosed>(&input);
  if ((opened != nullptr && opened->leg == Leg::mqtt) || (closed != nullptr && closed->leg == Leg::mqtt)) forget_stream();
  return give(context, input);
}

/// RAM does not survive the night, the behaviour itself does: as what it would keep in its flash.
void BehaviourDevice::boot(const device::StepContext& context) {
  const device::Identity identity = device_.agent().identity();
  device_ = device::Device(context.config.registration != device::Registration::none ? identity.without_secret() : identity);
  has_power_ = true;
  orders_.clear();
  timers_.clear();
  forget_stream();
  if (!std::exchange(was_made_, true)) behaviour_ = make_(spec_);
  hooks_ = behaviour_ ? behaviour_->hooks() : DeviceBehaviour::Hooks{};
  if (hooks_.power_on) call(context.now, [this] { behaviour_->on_power_on(*this); });
}

std::size_t BehaviourDevice::give(const device::StepContext& context, const device::Input& input) {
  const std::size_t consumed = device_.step(context, input).consumed;
  if (hooks_.event || hooks_.send) tell(context);
  return consumed;
}

/// One thing at a time, each with a random word of its own; what is left asks for the next step at once.
void BehaviourDevice::wake(const device::StepContext& context) {
  const bool is_core_due = device_.next_deadline() <= context.now;
  if (!is_core_due && !orders_.empty()) return carry_out(context);
  const auto due = std::min_element(timers_.begin(), timers_.end(), [](const Timer& a, const Timer& b) { return a.at < b.at; });
  if (!is_core_due && due != timers_.end() && due->at <= context.now) return fire(static_cast<std::size_t>(due - timers_.begin()));
  give(context, device::DeadlineReached{});
}

void BehaviourDevice::fire(std::size_t timer) {
  const std::string name = std::move(timers_[timer].name);
  timers_.erase(timers_.begin() + static_cast<std::ptrdiff_t>(timer));
  if (hooks_.timer) call(now_, [&] { behaviour_->on_timer(*this, name); });
}

void BehaviourDevice::carry_out(const device::StepContext& context) {
  doing_ = std::move(orders_.front());
  orders_.erase(orders_.begin());
  switch (doing_.kind) {
    case Order::Kind::publish:
      give(context, device::PublishCommand{doing_.topic, doing_.bytes, doing_.qos, doing_.token});
      break;
    case Order::Kind::post_property:
      give(context, device::PostProperty{doing_.topic, doing_.token});
      break;
    case Order::Kind::subscribe:
      give(context, device::SubscribeCommand{doing_.topic, doing_.qos, doing_.token});
      break;
    case Order::Kind::acknowledge:
      if (doing_.link == links_) give(context, device::LinkReceived{Leg::mqtt, doing_.bytes});
      break;
  }
}

Instant BehaviourDevice::next_deadline() const {
  if (!orders_.empty()) return Instant{};
  Instant at = device_.next_deadline();
  for (const Timer& timer : timers_) at = std::min(at, timer.at);
  return at;
}

void BehaviourDevice::release(device::BlockPool& pool) {
  device_.release(pool);
  orders_.clear();
  timers_.clear();
  power_cut_.reset();
  has_power_ = false;
  forget_stream();
}

bool BehaviourDevice::is_online() const { return has_power_ && device_.agent().state() == device::AgentState::online; }

Result<device::Token, std::string> BehaviourDevice::publish(std::string_view topic, ByteView payload, device::Qos qos) {
  return order({.kind = Order::Kind::publish, .qos = qos, .topic = std::string(topic), .bytes = copy_of(payload)});
}

Result<device::Token, std::string> BehaviourDevice::post_property(std::string_view params_json) {
  return order({.kind = Order::Kind::post_property, .topic = std::string(params_json)});
}

Result<device::Token, std::string> BehaviourDevice::subscribe(std::string_view filter, device::Qos qos) {
  return order({.kind = Order::Kind::subscribe, .qos = qos, .topic = std::string(filter)});
}

Result<device::Token, std::string> BehaviourDevice::order(Order order) {
  if (!is_within_hook_) return fail(std::string("a device takes orders from within its hooks only"));
  if (orders_.size() >= orders_waiting_max) return fail(fmt::format("{} orders wait already", orders_waiting_max));
  if (orders_at_moment_ >= orders_at_one_moment_max)
    return fail(fmt::format("more than {} orders at one moment: it answers itself", orders_at_one_moment_max));
  ++orders_at_moment_;
  order.token = own_token | (++orders_given_ & own_token_mask);
  const device::Token token = order.token;
  orders_.push_back(std::move(order));
  return token;
}

std::string BehaviourDevice::set_timer(std::string_view name, Duration after) {
  if (!is_within_hook_) return "a device takes orders from within its hooks only";
  if (after < timer_min) return fmt::format("a timer takes {} ms at least", timer_min / std::chrono::milliseconds{1});
  const Instant at = after >= kNever - now_ ? kNever : now_ + after;
  const auto known = std::find_if(timers_.begin(), timers_.end(), [&](const Timer& timer) { return timer.name == name; });
  if (known != timers_.end()) {
    known->at = at;
    return {};
  }
  if (timers_.size() >= timers_max) return fmt::format("a device has {} timers at most", timers_max);
  timers_.push_back({std::string(name), at});
  return {};
}

bool BehaviourDevice::cancel_timer(std::string_view name) {
  return std::erase_if(timers_, [&](const Timer& timer) { return timer.name == name; }) > 0;
}

std::string BehaviourDevice::cut_power(Duration off) {
  if (!is_within_hook_) return "a device takes orders from within its hooks only";
  if (off < Duration{0}) return "a time without power is not negative";
  power_cut_ = off;
  return {};
}

ForeignMaker behaviours_by_group(std::vector<BehaviourMaker> makers) {
  const auto kept = std::make_shared<const std::vector<BehaviourMaker>>(std::move(makers));
  return [kept](const DeviceSpec& spec, const RunRuntime& runtime) -> std::unique_ptr<ForeignDevice> {
    if (spec.group >= kept->size() || !(*kept)[spec.group]) return nullptr;
    return std::make_unique<BehaviourDevice>(spec, runtime, (*kept)[spec.group]);
  };
}

}  // namespace fleetsim::sim
