// Finds MQTT packets in a stream that arrives in any pieces. A packet that lies whole in the input is returned where it lies; only one
// that was split waits in a pool block, and one of at most 5 bytes (every acknowledgement) waits inside the reader.
//
//   auto read = reader.next(bytes, pool);
//   bytes = bytes.subspan(read.consumed);
//   if (read.status == Status::packet) handle(read.packet);
//   if (reader.holds_packet()) reader.release_packet(pool);   // when the packet's views are used no more
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "devicecore/base/bytes.hpp"
#include "devicecore/block_pool.hpp"
#include "devicecore/mqtt_codec.hpp"

namespace fleetsim::device {

class PacketReader {
 public:
  enum class Status : std::uint8_t {
    incomplete,  // all input is consumed, more is needed
    packet,
    malformed,
    too_large,  // beyond the largest block, or no block is free for a split packet of that size
  };
  struct Read {
    Status status = Status::incomplete;
    std::size_t consumed = 0;
    ByteView packet;  // valid until the next call, and for as long as the input it may point into
  };

  /// At most one packet per call. After malformed or too_large the stream is lost: only reset() makes sense.
  Read next(ByteView bytes, BlockPool& pool);

  /// The packet last returned lies in a block of ours, which is kept until release_packet(), next() or reset().
  bool holds_packet() const { return delivered_; }
  void release_packet(BlockPool& pool);

  /// Forgets what is half read and gives the block back.
  void reset(BlockPool& pool);

 private:
  Read whole_packet(ByteView bytes);
  Read begin_split(ByteView bytes, BlockPool& pool);
  Read fill_inline(ByteView bytes, std::size_t taken);
  Read fill_block(ByteView bytes, std::size_t taken);

  std::uint8_t* block_ = nullptr;
  std::uint32_t total_ = 0;   // size of the split packet; 0 while its header is incomplete
  std::uint32_t filled_ = 0;  // how much of it is there, in the block or inline
  std::array<std::uint8_t, mqtt::fixed_header_bytes_max> inline_{};
  bool delivered_ = false;
};

}  // namespace fleetsim::device
