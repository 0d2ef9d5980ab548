#include "platform-mock/server/output_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace fleetsim::platform {

std::unique_ptr<std::uint8_t[]> ChunkPool::take() {
  if (free_.empty()) return std::unique_ptr<std::uint8_t[]>{new std::uint8_t[chunk_bytes]};
  auto chunk = std::move(free_.back());
  free_.pop_back();
  return chunk;
}

void ChunkPool::give_back(std::unique_ptr<std::uint8_t[]> chunk) {
  if (free_.size() < chunks_kept_max) free_.push_back(std::move(chunk));
}

void OutputBuffer::append(ChunkPool& pool, ByteView bytes) {
  if (bytes.empty()) return;
  if (capacity_ - end_ < bytes.size()) make_room(pool, bytes.size());
  std::memcpy(data_.get() + end_, bytes.data(), bytes.size());
  end_ += bytes.size();
}

void OutputBuffer::consume(ChunkPool& pool, std::size_t count) {
  begin_ += std::min(count, size());
  if (empty()) release(pool);
}

void OutputBuffer::release(ChunkPool& pool) {
  if (capacity_ == ChunkPool::chunk_bytes) pool.give_back(std::move(data_));
  data_.reset();
  begin_ = end_ = capacity_ = 0;
}

void OutputBuffer::make_room(ChunkPool& pool, std::size_t count) {
  const std::size_t kept = size();
  if (capacity_ - kept >= count) {
    std::memmove(data_.get(), data_.get() + begin_, kept);
  } else {
    const std::size_t wanted = std::max({ChunkPool::chunk_bytes, capacity_ * 2, kept + count});
    auto bigger = wanted == ChunkPool::chunk_bytes ? pool.take() : std::unique_ptr<std::uint8_t[]>{new std::uint8_t[wanted]};
    if (kept > 0) std::memcpy(bigger.get(), data_.get() + begin_, kept);
    if (capacity_ == ChunkPool::chunk_bytes) pool.give_back(std::move(data_));
    data_ = std::move(bigger);
    capacity_ = wanted;
  }
  begin_ = 0;
  end_ = kept;
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): data_ owns it; the analyzer loses unique_ptr in a conditional

}  // namespace fleetsim::platform
