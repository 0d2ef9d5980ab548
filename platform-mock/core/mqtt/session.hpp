// What the broker keeps of one device at one instance: subscriptions, downlink messages on their way, and counters against the limits.
// Small on purpose: an idle device that relies on automatic subscription owns no heap but this struct.
//
//   session.link != nullptr   // the device is connected
//   if (session.receives(names, topic, now)) ...
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/mqtt/connect_auth.hpp"

namespace fleetsim::platform::mqtt {

struct Link;

/// SUBSCRIBE and UNSUBSCRIBE take effect after `subscribe_delay`.
struct Subscription {
  std::string filter;
  std::uint8_t granted_qos = 0;
  bool is_leaving = false;        // heard until `turns_at`; else from then on
  std::uint32_t turns_at_ds = 0;  // tenths of a second since Instant 0: small, for there are many

  bool is_heard(Instant now) const;
  bool is_gone(Instant now) const { return is_leaving && !is_heard(now); }
  /// It was unsubscribed and is wanted again before that took effect.
  void stay() {
    is_leaving = false;
    turns_at_ds = 0;
  }
};

enum class MessageKind : std::uint8_t {
  ordinary,
  notify,  // thing/bootstrap/notify: worth nothing once the device's move is over
};

/// A QoS 1 message that must be kept until the device acknowledges it.
struct KeptMessage {
  std::string topic;
  std::vector<std::uint8_t> payload;
  Instant kept_since{};
  std::uint16_t packet_id = 0;  // 0 while it waits
  MessageKind kind = MessageKind::ordinary;
  std::size_t bytes() const { return topic.size() + payload.size(); }
};

/// QoS 1 messages of one session, in the order in which they were published.
struct Downlink {
  std::list<KeptMessage> in_flight;  // sent, not acknowledged
  std::list<KeptMessage> waiting;    // the device is offline, or too many are in flight
  std::size_t bytes = 0;             // topics and payloads of both
  bool empty() const { return in_flight.empty() && waiting.empty(); }
};

/// Messages counted in the running second, against the per-device rates.
struct RateWindow {
  std::int64_t second = -1;
  std::uint32_t uplink_qos0 = 0;
  std::uint32_t uplink_qos1 = 0;
  std::uint32_t downlink = 0;
  std::uint32_t logins = 0;  // of sub-devices
  std::uint64_t uplink_bytes = 0;
  bool throttle_reported = false;
  bool downlink_drop_reported = false;

  void advance_to(Instant now);
};

/// What a device hears without having subscribed.
enum class AutoSubscribed : std::uint8_t { to_nothing, to_published, to_all };

enum class SessionAccess : std::uint8_t {
  full,
  notify_only,  // the device is being moved away: notify goes down, its reply comes up, nothing else
};

struct Session {
  DeviceIndex device;
  InstanceIndex instance;
  AccountIndex account;  // with whom the device resided when it logged in
  Link* link = nullptr;  // null: kept for a device that is offline
  std::uint16_t next_packet_id = 1;
  SessionAccess access = SessionAccess::full;
  bool clean = true;
  AutoSubscribed auto_subscribed = AutoSubscribed::to_nothing;
  bool wants_kick_notice = false;
  bool takes_rrpc = false;              // on topics of the caller's, without having subscribed
  bool notify_sent = false;             // on this connection, for the running job
  std::unique_ptr<RateWindow> counted;  // null until something counts: nothing does without limits
  std::vector<Subscription> subscriptions;
  std::vector<std::uint16_t> received_qos2;  // packet ids from PUBLISH to PUBREL; a message that comes again in between is not new
  std::unique_ptr<Downlink> downlink;        // null while nothing is kept

  /// Where what the device does here is kept, also while it is left over at the source of a move.
  Place place() const { return {instance, account}; }
  RateWindow& rates();
  /// `names`: of the device itself, or of a sub-device that is online through it.
  bool receives(const DeviceNames& names, std::string_view topic, Instant now) const;
  Subscription* find_subscription(std::string_view filter);
  /// Precondition: there is none of that filter.
  void subscribe(std::string_view filter, std::uint8_t granted_qos, Instant heard_from);
  void unsubscribe(std::string_view filter, Instant now, Duration delay);
  void forget_gone_subscriptions(Instant now);
  /// False: it is here already. The oldest is forgotten when there are `ids_max`.
  bool receive_qos2(std::uint16_t packet_id, std::size_t ids_max);
  void release_qos2(std::uint16_t packet_id) { std::erase(received_qos2, packet_id); }
  bool has_free_packet_id() const;
  /// Precondition: has_free_packet_id().
  std::uint16_t take_packet_id();
};

}  // namespace fleetsim::platform::mqtt
