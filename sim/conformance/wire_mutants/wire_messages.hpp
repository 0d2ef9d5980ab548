// Finds messages in what one end of a link says: MQTT packets by their remaining length, HTTP requests and answers by their
// Content-Length. What cannot be cut into messages goes on as it comes.
//
//   WireMessages messages(device::Leg::mqtt, WireMessages::From::platform);
//   messages.take(bytes, [](ByteView message) { … });
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "devicecore/link.hpp"

namespace fleetsim::sim {

class WireMessages {
 public:
  /// Of a message that is not whole yet; with more, nothing is cut any more.
  static constexpr std::size_t waiting_bytes_max = std::size_t{1024} * 1024;

  enum class From : std::uint8_t { device, platform };

  WireMessages(device::Leg leg, From from) : leg_(leg), from_(from) {}

  using Message = std::function<void(ByteView message)>;
  void take(ByteView bytes, const Message& message);
  /// The end of the stream: what waits is all that there will be.
  void finish(const Message& message);

 private:
  /// Bytes of the first message; 0: it is not whole.
  std::size_t first() const;
  bool has_no_length() const;
  std::size_t first_packet() const;
  std::size_t first_http() const;

  device::Leg leg_;
  From from_;
  std::vector<std::uint8_t> waiting_;
  bool is_raw_ = false;
};

}  // namespace fleetsim::sim
