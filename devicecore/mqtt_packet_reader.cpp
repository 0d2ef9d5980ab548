#include "devicecore/mqtt_packet_reader.hpp"

#include <algorithm>
#include <cstring>

namespace fleetsim::device {

PacketReader::Read PacketReader::next(ByteView bytes, BlockPool& pool) {
  release_packet(pool);
  if (bytes.empty()) return {};
  if (block_ != nullptr) return fill_block(bytes, 0);
  if (total_ != 0) return fill_inline(bytes, 0);
  if (filled_ == 0) {
    const Read whole = whole_packet(bytes);
    if (whole.status != Status::incomplete) return whole;
  }
  return begin_split(bytes, pool);
}

void PacketReader::release_packet(BlockPool& pool) {
  if (!delivered_) return;
  pool.release(block_);
  block_ = nullptr;
  delivered_ = false;
}

void PacketReader::reset(BlockPool& pool) {
  if (block_ != nullptr) pool.release(block_);
  block_ = nullptr;
  total_ = 0;
  filled_ = 0;
  delivered_ = false;
}

/// The packet at the start of `bytes` when all of it is there; incomplete, with nothing consumed, when it is not.
PacketReader::Read PacketReader::whole_packet(ByteView bytes) {
  const auto header = mqtt::decode_fixed_header(bytes);
  if (!header) return {Status::malformed, bytes.size(), {}};
  if (!header->complete()) return {};
  if (header->packet_bytes() > BlockPool::largest_block_bytes) return {Status::too_large, bytes.size(), {}};
  if (header->packet_bytes() > bytes.size()) return {};
  return {Status::packet, header->packet_bytes(), bytes.first(header->packet_bytes())};
}

/// Takes header bytes one by one until the size of the packet is known, then finds a place for the rest.
PacketReader::Read PacketReader::begin_split(ByteView bytes, BlockPool& pool) {
  std::size_t taken = 0;
  while (total_ == 0 && taken < bytes.size()) {
    inline_[filled_++] = bytes[taken++];
    const auto header = mqtt::decode_fixed_header({inline_.data(), filled_});
    if (!header) return {Status::malformed, bytes.size(), {}};
    if (!header->complete()) continue;
    if (header->packet_bytes() > BlockPool::largest_block_bytes) return {Status::too_large, bytes.size(), {}};
    total_ = static_cast<std::uint32_t>(header->packet_bytes());
  }
  if (total_ == 0) return {Status::incomplete, taken, {}};
  if (total_ <= inline_.size()) return fill_inline(bytes, taken);
  const MutableBytes block = pool.acquire(total_);
  if (block.empty()) return {Status::too_large, bytes.size(), {}};
  block_ = block.data();
  std::memcpy(block_, inline_.data(), filled_);
  return fill_block(bytes, taken);
}

PacketReader::Read PacketReader::fill_inline(ByteView bytes, std::size_t taken) {
  while (filled_ < total_ && taken < bytes.size()) inline_[filled_++] = bytes[taken++];
  if (filled_ < total_) return {Status::incomplete, taken, {}};
  const ByteView packet(inline_.data(), total_);
  filled_ = 0;
  total_ = 0;
  return {Status::packet, taken, packet};
}

PacketReader::Read PacketReader::fill_block(ByteView bytes, std::size_t taken) {
  const std::size_t count = std::min<std::size_t>(total_ - filled_, bytes.size() - taken);
  if (count != 0) std::memcpy(block_ + filled_, bytes.data() + taken, count);
  filled_ += static_cast<std::uint32_t>(count);
  taken += count;
  if (filled_ < total_) return {Status::incomplete, taken, {}};
  const ByteView packet(block_, total_);
  filled_ = 0;
  total_ = 0;
  delivered_ = true;
  return {Status::packet, taken, packet};
}

}  // namespace fleetsim::device
