#include "sim/virtual/mailbox.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "devicecore/base/ensure.hpp"

namespace fleetsim::sim {

void Inbox::take(MessageStream& stream) {
  const ByteView memory = stream.memory();
  for (std::size_t at = 0; at < memory.size();) {
    const Message message = MessageStream::head_at(memory, at);
    const std::size_t bytes = MessageStream::record_bytes(message.size);
    place(message, memory.subspan(at, bytes));
    at += bytes;
  }
  stream.clear();
}

void Inbox::place(const Message& message, ByteView record) {
  const std::int64_t window = window_of(message.at);
  ensure(window > base_ || (window == base_ && !is_open_));  // nothing arrives in the past: no link is faster than a window
  const bool is_near = window < base_ + static_cast<std::int64_t>(windows_ahead);
  const auto slot = static_cast<std::size_t>(window) % windows_ahead;
  if (is_near) note(slot);
  Blocks& blocks = is_near ? near_[slot] : far_[window];
  if (blocks.empty() || blocks.back().size - blocks.back().used < record.size()) blocks.push_back(fresh_block(record.size()));
  Block& into = blocks.back();
  std::memcpy(into.bytes.get() + into.used, record.data(), record.size());
  into.used += static_cast<std::uint32_t>(record.size());
}

Inbox::Block Inbox::fresh_block(std::size_t bytes) {
  if (bytes > block_bytes) return {std::make_unique<std::uint8_t[]>(bytes), 0, static_cast<std::uint32_t>(bytes)};
  if (spare_.empty()) return {std::make_unique<std::uint8_t[]>(block_bytes), 0, block_bytes};
  Block block = std::move(spare_.back());
  spare_.pop_back();
  return block;
}

std::int64_t Inbox::first() const {
  const auto start = static_cast<std::size_t>(base_) % windows_ahead;
  for (std::size_t step = 0; step <= windows_ahead / 64; ++step) {
    const std::size_t word = (start / 64 + step) % has_any_.size();
    std::uint64_t bits = has_any_[word];
    if (step == 0) bits &= ~std::uint64_t{0} << (start % 64);
    if (step == has_any_.size()) bits &= ~(~std::uint64_t{0} << (start % 64));  // once around: what lies before the start
    if (bits == 0) continue;
    const std::size_t slot = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
    return base_ + static_cast<std::int64_t>((slot + windows_ahead - start) % windows_ahead);
  }
  return far_.empty() ? nothing : far_.begin()->first;
}

std::span<const Arrival> Inbox::open(std::int64_t window) {
  base_ = window;  // what lies before has been read, or there was nothing; so what was far may be near now
  is_open_ = true;
  const auto slot = static_cast<std::size_t>(window) % windows_ahead;
  open_.swap(near_[slot]);
  forget(slot);
  while (!far_.empty() && far_.begin()->first < base_ + static_cast<std::int64_t>(windows_ahead)) {
    auto due = far_.extract(far_.begin());
    const auto place = static_cast<std::size_t>(due.key()) % windows_ahead;
    if (due.key() != window) note(place);
    Blocks& into = due.key() == window ? open_ : near_[place];
    // It was sent before what is near.
    into.insert(into.begin(), std::make_move_iterator(due.mapped().begin()), std::make_move_iterator(due.mapped().end()));
  }
  order_.clear();
  for (const Block& block : open_) {
    for (std::size_t at = 0; at < block.used;) {
      const std::uint8_t* const record = block.bytes.get() + at;
      Message message;
      std::memcpy(&message, record, sizeof message);
      order_.push_back({message.at, message.device, static_cast<std::uint32_t>(order_.size()), record});
      at += MessageStream::record_bytes(message.size);
    }
  }
  std::sort(order_.begin(), order_.end(), [](const Arrival& a, const Arrival& b) {
    if (a.at != b.at) return a.at < b.at;
    return a.device != b.device ? a.device < b.device : a.order < b.order;
  });
  return order_;
}

void Inbox::shut(std::int64_t window) {
  base_ = window + 1;
  is_open_ = false;
  for (Block& block : open_) {
    if (block.size != block_bytes || spare_.size() == spare_max) continue;
    block.used = 0;
    spare_.push_back(std::move(block));
  }
  open_.clear();
}

}  // namespace fleetsim::sim
