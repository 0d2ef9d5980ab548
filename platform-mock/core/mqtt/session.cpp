#include "platform-mock/core/mqtt/session.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "devicecore/base/ensure.hpp"
#include "platform-mock/core/mqtt/topic_filter.hpp"
#include "platform-mock/core/mqtt/topic_rules.hpp"

namespace fleetsim::platform::mqtt {
namespace {

constexpr std::size_t packet_ids_max = 65535;  // MQTT 3.1.1 §2.3.1: 16 bits, and 0 is none

}  // namespace

void RateWindow::advance_to(Instant now) {
  const std::int64_t now_second = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  if (now_second == second) return;
  *this = RateWindow{};
  second = now_second;
}

bool Session::receives(const DeviceNames& names, std::string_view topic) const {
  if (auto_subscribed && is_auto_subscribed(names, topic)) return true;
  if (takes_rrpc && topic.starts_with("/ext/rrpc/")) return true;
  return std::any_of(subscriptions.begin(), subscriptions.end(),
                     [topic](const Subscription& subscription) { return matches(subscription.filter, topic); });
}

Subscription* Session::find_subscription(std::string_view filter) {
  const auto found = std::find_if(subscriptions.begin(), subscriptions.end(),
                                  [filter](const Subscription& subscription) { return subscription.filter == filter; });
  return found == subscriptions.end() ? nullptr : &*found;
}

void Session::unsubscribe(std::string_view filter) {
  Subscription* subscription = find_subscription(filter);
  if (subscription == nullptr) return;
  subscriptions.erase(subscriptions.begin() + (subscription - subscriptions.data()));
}

bool Session::receive_qos2(std::uint16_t packet_id) {
  if (std::find(received_qos2.begin(), received_qos2.end(), packet_id) != received_qos2.end()) return false;
  if (received_qos2.size() >= received_qos2_max) received_qos2.erase(received_qos2.begin());
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
