// One MQTT connection as the broker sees it: who is at the other end, when it is given up, and the packet that is only half here.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "devicecore/base/ip_address.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/mqtt/session.hpp"
#include "platform-mock/core/output.hpp"

namespace fleetsim::platform::mqtt {

enum class Transport : std::uint8_t { plain, tls };

/// The message that a device leaves behind for the case that it vanishes.
struct StoredWill {
  std::string topic;
  std::vector<std::uint8_t> payload;
  std::uint8_t qos = 0;
  bool retain = false;
};

struct Link {
  ConnectionId id;
  InstanceIndex instance;
  IpAddress peer;
  Transport transport = Transport::plain;
  bool registered = false;  // its device has fetched its secret here and says goodbye next
  bool unanswered = false;  // its CONNECT is left without an answer on demand, and so is what follows
  std::uint16_t keep_alive_s = 0;
  Session* session = nullptr;  // null until CONNECT was accepted
  Instant last_packet{};
  Instant closes_at = kNever;                        // no CONNECT yet, or left over at the source of a move
  std::unique_ptr<std::vector<std::uint8_t>> split;  // the beginning of a packet whose rest has not come
  std::unique_ptr<StoredWill> will;

  /// The earliest moment at which something about this link may have to be done.
  Instant deadline() const;
  Instant keep_alive_ends() const;
};

}  // namespace fleetsim::platform::mqtt
