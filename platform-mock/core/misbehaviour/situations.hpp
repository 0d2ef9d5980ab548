// The moments at which the platform can misbehave, each as data: what it is about to do right, and what a kind may make of that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "devicecore/base/time.hpp"
#include "platform-mock/core/http/http_message.hpp"
#include "platform-mock/core/misbehaviour/certificate_fault.hpp"

namespace fleetsim::platform::misbehaviour {

/// How bytes leave. Late and slow ones wait in LateOutput.
struct Delivery {
  enum class Cut : std::uint8_t { none, headers, body, everything };

  Duration delay{0};            // of the first byte
  std::size_t piece_bytes = 0;  // 0: all at once
  Duration every{0};            // from one piece to the next; each is a write of its own
  Cut cut = Cut::none;          // the connection is closed there
  bool silent = false;          // nothing is sent, and the connection stays
};

/// The bootstrap endpoint has understood a request and worked out its answer.
struct BootstrapAnswer {
  std::uint16_t status = 200;
  std::string body = {};
  std::string more_headers = {};  // whole lines
  HttpForm form = HttpForm::usual;
  // Where the right answer points to; empty when it refuses.
  std::string_view host = {};
  std::uint16_t port = 0;
  // Where the device comes from while it is being moved, then where it has been before; empty when it has never moved.
  std::string_view old_host = {};
  std::uint16_t old_port = 0;
  Delivery delivery = {};

  bool settled() const { return false; }
};

/// A device has proved who it is in a CONNECT that would be accepted. Nothing has changed yet: a move has not committed.
struct ConnectAnswer {
  enum class Decision : std::uint8_t { accept, refuse, stay_silent, close };
  enum class Ending : std::uint8_t { close, kick };

  Decision decision = Decision::accept;
  std::uint8_t code = 0;                    // of a refusal
  std::optional<Duration> ends_after = {};  // the session, once it is open
  Ending ending = Ending::close;

  bool settled() const { return decision != Decision::accept || ends_after.has_value(); }
};

enum class PacketKind : std::uint8_t { connack, puback, suback, unsuback, pingresp, reply, notify, message, other };

/// A packet is about to go to a device.
struct OutgoingPacket {
  PacketKind kind = PacketKind::other;
  bool dropped = false;
  Duration delay{0};
  std::uint32_t copies = 1;                      // more than one: the same packet again, DUP set where it has QoS 1
  std::optional<std::string> payload = {};       // instead of its own; of a PUBLISH
  std::optional<Duration> right_one_after = {};  // the packet as it should have been follows

  bool settled() const { return dropped; }
};

/// A device's PUBLISH, before it is worth anything. Dropped, it is acknowledged all the same.
struct UplinkMessage {
  std::int64_t second = 0;      // the running one
  std::int64_t window = -1;     // what the rule remembers of this device: the second it counts in,
  std::uint32_t in_window = 0;  // and the messages of that second
  bool dropped = false;

  bool settled() const { return dropped; }
};

/// A job comes to a device.
struct JobDevice {
  enum class Fault : std::uint8_t { none, jitter, stall };

  std::size_t position = 0;  // of the device in its job, from 0
  Fault fault = Fault::none;

  bool settled() const { return fault != Fault::none; }
};

}  // namespace fleetsim::platform::misbehaviour
