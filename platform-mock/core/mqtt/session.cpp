#include "platform-mock/core/mqtt/session.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <ratio>

#include "devicecore/base/ensure.hpp"
#include "platform-mock/core/mqtt/topic_filter.hpp"
#include "platform-mock/core/mqtt/topic_rules.hpp"

namespace fleetsim::platform::mqtt {
namespace {

constexpr std::size_t packet_ids_max = 65535;  // MQTT 3.1.1 §2.3.1: 16 bits, and 0 is none

using Tenths = std::chrono::duration<std::int64_t, std::deci>;

/// Rounded up, so that nothing is heard too early.
std::uint32_t tenths_of(Instant at) { return static_cast<std::uint32_t>(std::chrono::ceil<Tenths>(at.time_since_epoch()).count()); }

}  // namespace

bool Subscription::is_heard(Instant now) const {
  const bool has_turned = std::chrono::floor<Tenths>(now.time_since_epoch()).count() >= std::int64_t{turns_at_ds};
  return has_turned != is_leaving;
}

void RateWindow::advance_to(Instant now) {
  const std::int64_t now_second = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  if (now_second == second) return;
  *this = RateWindow{};
  second = now_second;
}

RateWindow& Session::rates() {
  if (counted == nullptr) counted = std::make_unique<RateWindow>();
  return *counted;
}

bool Session::receives(const DeviceNames& names, std::string_view topic, Instant now) const {
  if (auto_subscribed != AutoSubscribed::to_nothing) {
    const bool also_unpublished = auto_subscribed == AutoSubscribed::to_all;
    if (is_auto_subscribed(names, topic, also_unpublished ? AutoSubscriptions::all : AutoSubscriptions::published)) return true;
  }
  if (takes_rrpc && topic.starts_with("/ext/rrpc/")) return true;
  return std::any_of(subscriptions.begin(), subscriptions.end(), [topic, now](const Subscription& subscription) {
    return matches(subscription.filter, topic) && (subscription.turns_at_ds == 0 || subscription.is_heard(now));
  });
}

Subscription* Session::find_subscription(std::string_view filter) {
  const auto found = std::find_if(subscriptions.begin(), subscriptions.end(),
                                  [filter](const Subscription& subscription) { return subscription.filter == filter; });
  return found == subscriptions.end() ? nullptr : &*found;
}

void Session::subscribe(std::string_view filter, std::uint8_t granted_qos, Instant heard_from) {
  subscriptions.push_back({.filter = std::string(filter), .granted_qos = granted_qos, .turns_at_ds = tenths_of(heard_from)});
}

void Session::unsubscribe(std::string_view filter, Instant now, Duration delay) {
  Subscription* subscription = find_subscription(filter);
  if (subscription == nullptr) return;
  if (delay > Duration::zero() && subscription->is_heard(now)) {
    if (subscription->is_leaving) return;
    subscription->is_leaving = true;
    subscription->turns_at_ds = tenths_of(now + delay);
    return;
  }
  subscriptions.erase(subscriptions.begin() + (subscription - subscriptions.data()));
}

void Session::forget_gone_subscriptions(Instant now) {
  std::erase_if(subscriptions, [now](const Subscription& subscription) { return subscription.is_gone(now); });
}

bool Session::receive_qos2(std::uint16_t packet_id, std::size_t ids_max) {
  if (std::find(received_qos2.begin(), received_qos2.end(), packet_id) != received_qos2.end()) return false;
  if (received_qos2.size() >= ids_max) received_qos2.erase(received_qos2.begin());
  received_qos2.push_back(packet_id);
  return true;
}

bool Session::has_free_packet_id() const { return downlink == nullptr || downlink->in_flight.size() < packet_ids_max; }

std::uint16_t Session::take_packet_id() {
  ensure(has_free_packet_id());
  const auto in_use = [this](std::uint16_t id) {
    return downlink != nullptr && std::any_of(downlink->in_flight.begin(), downlink->in_flight.end(),
                                              [id](const KeptMessage& message) { return message.packet_id == id; });
  };
  // Usually far fewer messages are in flight than there are ids, so a free one is near.
  while (next_packet_id == 0 || in_use(next_packet_id)) ++next_packet_id;
  return next_packet_id++;
}

}  // namespace fleetsim::platform::mqtt
