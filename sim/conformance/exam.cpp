#include "sim/conformance/exam.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace fleetsim::sim {

bool Exam::await_in_steps(Duration within, Duration step, const std::function<bool()>& met) {
  const Instant until = now() + within;
  for (;;) {
    if (met()) return true;
    const std::uint64_t looked_at = seen().version();
    if (now() >= until) return false;
    while (seen().version() == looked_at && now() < until)
      if (!bench_.pass(std::min(step, until - now()))) return met();
  }
}

void Exam::order(PowerOrder what) {
  const std::string problem = bench_.power(what);
  is_on_ = what == PowerOrder::on;
  if (!problem.empty()) inconclusive(problem);
}

void Exam::reset_to_factory() {
  is_on_ = false;
  if (std::string problem = bench_.reset_to_factory(); !problem.empty()) inconclusive(std::move(problem));
}

void Exam::spoil_flash(FlashDamage damage) {
  if (std::string problem = bench_.spoil_flash(damage); !problem.empty()) inconclusive(std::move(problem));
}

void Exam::set_clock(Duration error) {
  const bool needs_it_off = is_on_ && !bench_.sets_running_clock();
  if (needs_it_off) power_off();
  if (std::string problem = bench_.set_clock(error); !problem.empty()) inconclusive(std::move(problem));
  if (needs_it_off) power_on();
}

std::optional<std::uint64_t> Exam::flash_writes() {
  const std::optional<std::uint64_t> writes = bench_.flash_writes();
  if (!writes) inconclusive("nobody sees how often this device writes to its flash");
  return writes;
}

bool Exam::comes_online() {
  if (!is_on_) power_on();
  if (await_online(Instant{}, patience_.online) != nullptr) return true;
  inconclusive(fmt::format("the device did not come online within {}", seconds_words(patience_.online)));
  return false;
}

const SeenLink* Exam::await_online(Instant since, Duration within) {
  const auto found = [&]() -> const SeenLink* {
    const SeenLink* const link = seen().online();
    return link != nullptr && link->opening_at >= since ? link : nullptr;
  };
  return await(within, [&] { return found() != nullptr; }) ? found() : nullptr;
}

const SeenLink* Exam::await_online_at(std::size_t station, Instant since, Duration within) {
  const auto found = [&]() -> const SeenLink* {
    const SeenLink* const link = seen().online();
    return link != nullptr && link->opening_at >= since && link->endpoint == station ? link : nullptr;
  };
  return await(within, [&] { return found() != nullptr; }) ? found() : nullptr;
}

std::size_t Exam::bound_at() {
  std::size_t station = 0;
  bench_.with_platform([&](platform::Platform& platform, platform::Output&, Instant) {
    const auto device = platform.registry().find_device(candidate().product_key, candidate().device_name);
    if (!device) return;
    const platform::Placement& placement = platform.registry().device(*device).placement;
    if (const auto* bound = std::get_if<platform::Bound>(&placement)) station = bound->at.value;
    if (const auto* handover = std::get_if<platform::Handover>(&placement)) station = handover->source.value;
  });
  return station;
}

bool Exam::distribute(std::size_t station) {
  std::string refused;
  bench_.with_platform([&](platform::Platform& platform, platform::Output& output, Instant at) {
    const auto device = platform.registry().find_device(candidate().product_key, candidate().device_name);
    if (!device) {
      refused = "the platform does not know the device";
      return;
    }
    const platform::DeviceRecord& record = platform.registry().device(*device);
    platform::DistributeRequest request;
    request.account = platform.registry().account(record.account).id;
    request.product = platform::ProductKey{candidate().product_key};
    request.source = platform::InstanceId{bench_.stations()[record.listed_at().instance.value].instance};
    request.targets = {platform::InstanceId{bench_.stations()[station].instance}};
    request.devices = {platform::DeviceName{candidate().device_name}};
    const auto job = platform.distribute(request, at, output);
    if (!job.ok()) refused = fmt::format("{}: {}", job.error().code, job.error().message);
  });
  if (refused.empty()) return true;
  inconclusive("the platform refused the job: " + refused);
  return false;
}

void Exam::misbehave(std::string_view kind, std::vector<platform::misbehaviour::Argument> arguments,
                     const std::function<void(platform::MisbehaviourRule&)>& more) {
  platform::MisbehaviourRule rule;
  rule.kind = kind;
  rule.arguments = std::move(arguments);
  if (more) more(rule);
  done_wrong_.emplace(kind);
  if (std::string problem = bench_.misbehave(rule); !problem.empty()) inconclusive(std::move(problem));
}

void Exam::inject(std::string_view kind, std::vector<FaultArgument> arguments, const std::function<void(FaultSpec&)>& more) {
  FaultSpec fault;
  fault.kind = kind;
  fault.arguments = std::move(arguments);
  if (more) more(fault);
  done_wrong_.emplace(kind);
  if (std::string problem = bench_.inject(fault); !problem.empty()) inconclusive(std::move(problem));
}

bool Exam::send(std::string_view topic, std::string_view payload, std::uint8_t qos) {
  // A device that subscribes by itself may be about to: its CONNECT has just been accepted.
  return await(patience_.answer, [&] {
    bool is_heard = false;
    bench_.with_platform([&](platform::Platform& platform, platform::Output& output, Instant at) {
      const auto device = platform.registry().find_device(candidate().product_key, candidate().device_name);
      is_heard = device && platform.publish_to_device(*device, topic, bytes_of(payload), qos, at, output);
    });
    return is_heard;
  });
}

bool Exam::send_notify(std::string_view payload, std::uint8_t qos) { return send(notify_topic(), payload, qos); }

std::string Exam::system_topic(std::string_view tail) const {
  return fmt::format("/sys/{}/{}/{}", candidate().product_key, candidate().device_name, tail);
}

const SeenMessage* Exam::published(std::string_view topic, Instant since) const {
  for (const SeenLink& link : seen().links())
    for (const SeenMessage& message : link.messages)
      if (message.at >= since && message.direction == Direction::up && message.is("PUBLISH") && message.topic() == topic) return &message;
  return nullptr;
}

const SeenMessage* Exam::await_published(std::string_view topic, Instant since, Duration within) {
  return await(within, [&] { return published(topic, since) != nullptr; }) ? published(topic, since) : nullptr;
}

const SeenMessage* Exam::notify_sent(Instant since) const {
  const std::string topic = notify_topic();
  for (const SeenLink& link : seen().links())
    for (const SeenMessage& message : link.messages)
      if (message.at >= since && message.direction == Direction::down && message.is("PUBLISH") && message.topic() == topic) return &message;
  return nullptr;
}

std::vector<const SeenMessage*> Exam::bootstrap_requests(Instant since) const {
  std::vector<const SeenMessage*> found;
  for (const SeenLink& link : seen().links())
    for (const SeenMessage& message : link.messages)
      if (link.is_bootstrap() && message.direction == Direction::up && message.at >= since) found.push_back(&message);
  return found;
}

bool Exam::expect(bool holds, std::string_view expected, std::string actual) {
  if (holds) return true;
  has_failed_ = true;
  findings_.push_back({.expected = std::string(expected), .actual = std::move(actual), .at = now()});
  return false;
}

void Exam::warn(std::string_view expected, std::string actual) {
  findings_.push_back({.expected = std::string(expected), .actual = std::move(actual), .at = now()});
}

void Exam::set(ExamVerdict verdict, std::string why) {
  if (verdict_ != ExamVerdict::pass) return;
  verdict_ = verdict;
  reason_ = std::move(why);
}

void Exam::finish() {
  heal();
  if (verdict() != ExamVerdict::pass) return;
  for (const std::string& kind : done_wrong_)
    if (!optional_.contains(kind) && bench_.acted(kind) == 0)
      return inconclusive(fmt::format("what it is about never happened: {} never befell the device", kind));
}

/// What was seen to be wrong counts more than what could not be judged.
ExamVerdict Exam::verdict() const {
  if (has_failed_) return ExamVerdict::fail;
  if (verdict_ != ExamVerdict::pass) return verdict_;
  return findings_.empty() ? ExamVerdict::pass : ExamVerdict::pass_with_warnings;
}

std::string seconds_words(Duration duration) { return fmt::format("{:.4g} s", std::chrono::duration<double>(duration).count()); }

std::string_view json_member(std::string_view json, std::string_view name) {
  const std::string mark = fmt::format("\"{}\"", name);
  std::size_t at = json.find(mark);
  if (at == std::string_view::npos) return {};
  at = json.find_first_not_of(" \t\r\n:", at + mark.size());
  if (at == std::string_view::npos) return {};
  const std::string_view rest = json.substr(at);
  if (rest.front() == '"') return rest.substr(0, rest.find('"', 1) + 1);
  if (rest.front() == '{' || rest.front() == '[') {
    const char closes = rest.front() == '{' ? '}' : ']';
    return rest.substr(0, rest.find(closes) + 1);
  }
  return rest.substr(0, rest.find_first_of(",}] \t\r\n"));
}

}  // namespace fleetsim::sim
