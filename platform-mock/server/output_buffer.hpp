// Bytes that wait to be written to one connection. Empty (nearly always) it owns nothing; the memory of a small answer comes from a
// pool that all connections share.
//
//   buffer.append(pool, bytes);
//   buffer.consume(pool, send(fd, buffer.pending()));
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "devicecore/base/bytes.hpp"

namespace fleetsim::platform {

class ChunkPool {
 public:
  static constexpr std::size_t chunk_bytes = 4096;
  static constexpr std::size_t chunks_kept_max = 256;  // 1 MiB: more than one step of the platform needs

  std::unique_ptr<std::uint8_t[]> take();
  void give_back(std::unique_ptr<std::uint8_t[]> chunk);

 private:
  std::vector<std::unique_ptr<std::uint8_t[]>> free_;
};

class OutputBuffer {
 public:
  void append(ChunkPool& pool, ByteView bytes);
  ByteView pending() const { return {data_.get() + begin_, end_ - begin_}; }
  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }
  /// The first `count` pending bytes are written.
  void consume(ChunkPool& pool, std::size_t count);
  void release(ChunkPool& pool);

 private:
  void make_room(ChunkPool& pool, std::size_t count);

  std::unique_ptr<std::uint8_t[]> data_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace fleetsim::platform
