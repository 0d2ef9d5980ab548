// What the network saw of the device under test: its links, and the messages on them as they arrived at the platform or left it. All that
// a requirement may judge by; what the device says of itself is no evidence.
//
//   for (const SeenLink& link : seen.links()) if (const SeenMessage* connect = link.first("CONNECT", Direction::up)) …
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/time.hpp"
#include "devicecore/link.hpp"
#include "sim/conformance/seen_tls.hpp"
#include "sim/trace/decoded_message.hpp"
#include "sim/trace/wire_event.hpp"

namespace fleetsim::sim {

struct SeenMessage {
  Instant at{};  // its last byte
  Direction direction{};
  DecodedMessage message;
  std::vector<std::uint8_t> bytes;  // as on the wire: never printed, for there may be secrets in it
  std::uint64_t order = 0;          // what was told later has a greater one, also where both happened at one moment

  bool is(std::string_view name) const { return message.name == name; }
  /// Of a field that is not there: nothing.
  std::optional<std::int64_t> number(std::string_view field) const;
  std::optional<bool> flag(std::string_view field) const;
  std::string_view text(std::string_view field) const;
  /// Of an HTTP request or answer: "" when there is none. Names in any case.
  std::string_view header(std::string_view name) const;
  std::string_view body() const;
  std::string_view payload() const { return text("payload"); }
  std::string_view topic() const { return text("topic"); }
};

/// How a link ended.
enum class SeenEnd : std::uint8_t { not_yet, never_opened, closed_by_device, closed_by_platform, reset_by_device, reset_by_platform };

struct SeenLink {
  device::Leg leg{};
  std::uint32_t connection = 0;
  std::uint16_t endpoint = wire_bootstrap;  // instance by its position in the platform's configuration, or wire_bootstrap
  Instant opening_at = kNever;
  Instant opened_at = kNever;
  Instant ended_at = kNever;
  SeenEnd end = SeenEnd::not_yet;
  std::vector<SeenMessage> messages;
  std::optional<SeenTls> tls{};   // where it is carried out, once the device has said something
  std::uint64_t ended_order = 0;  // as that of messages; 0: it has not ended

  bool is_bootstrap() const { return leg == device::Leg::bootstrap; }
  bool is_over() const { return end != SeenEnd::not_yet; }
  const SeenMessage* first(std::string_view name, Direction direction) const;
  std::size_t count(std::string_view name, Direction direction) const;
  /// The CONNACK that accepted it; null: there is none.
  const SeenMessage* acceptance() const;
  /// When the platform accepted its CONNECT; kNever: it has not.
  Instant accepted_at() const;
  bool is_online() const { return !is_over() && accepted_at() != kNever; }
};

class Seen {
 public:
  /// In the order in which they were asked for.
  const std::deque<SeenLink>& links() const { return links_; }
  std::vector<const SeenLink*> of(device::Leg leg, Instant since = {}) const;
  /// The link on which the device is online now; null: it is not.
  const SeenLink* online() const;
  /// The last one that was asked for; null: there is none.
  const SeenLink* last(device::Leg leg) const;
  /// All bytes that the device sent, in plain text, link by link: to look for what must not be there.
  bool device_sent(std::string_view text) const;

  void take(const WireEvent& event);
  /// What carries the bytes of an event that take() is told of; before it, where both come from the same bytes.
  void take_ciphertext(const WireEvent& event);
  /// Grows with all that is taken: while it stays, there is nothing new to look at.
  std::uint64_t version() const { return version_; }
  /// What the device sent on the link that is no whole message, secrets and all: only to be looked for, never shown.
  std::string_view unread_from_device(const SeenLink& link) const;

 private:
  struct Stream {
    std::vector<std::uint8_t> bytes;  // all of it
    std::size_t read = 0;             // of it, into messages
  };
  struct Streams {
    Stream up;
    Stream down;
  };
  std::size_t number_of(const WireEvent& event);
  void read(SeenLink& link, Stream& stream, Direction direction, Instant at);

  std::deque<SeenLink> links_;
  std::deque<Streams> streams_;  // beside links_
  std::uint64_t version_ = 0;
};

}  // namespace fleetsim::sim
