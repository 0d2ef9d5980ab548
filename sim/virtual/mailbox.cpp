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

void Inbox::put(const Message& message, ByteView bytes) {
  MessageStream one;
  one.append(message, bytes);
  place(message, one.memory());
}

void Inbox::place(const Message& message, ByteView record) {
  const std::int64_t window = window_of(message.at);
  ensure(window > base_ || (window == base_ && !is_open_));  // nothing arrives in the past: no link is faster than a window
  const bool is_near = window < base_ + static_cast<std::int64_t>(windows_ahead);
  const auto slot = static_cast<std::size_t>(window) % windows_ahead;
  if (is_near) note(slot);
  std::vector<std::uint8_t>& into = is_near ? near_[slot] : far_[window];
  if (into.capacity() == 0) lend_room(into);
  into.insert(into.end(), record.begin(), record.end());
}

void Inbox::lend_room(std::vector<std::uint8_t>& to) {
  if (spare_.empty()) return;
  to.swap(spare_.back());
  spare_.pop_back();
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
  has_any_[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
  while (!far_.empty() && far_.begin()->first < base_ + static_cast<std::int64_t>(windows_ahead)) {
    const auto due = far_.extract(far_.begin());
    const auto place = static_cast<std::size_t>(due.key()) % windows_ahead;
    if (due.key() != window) note(place);
    std::vector<std::uint8_t>& into = due.key() == window ? open_ : near_[place];
    into.insert(into.begin(), due.mapped().begin(), due.mapped().end());  // it was sent before what is near
  }
  order_.clear();
  for (std::size_t at = 0; at < open_.size();) {
    const Message message = MessageStream::head_at(open_, at);
    order_.push_back({message.at, message.device, static_cast<std::uint32_t>(at)});
    at += MessageStream::record_bytes(message.size);
  }
  std::sort(order_.begin(), order_.end(), [](const Arrival& a, const Arrival& b) {
    if (a.at != b.at) return a.at < b.at;
    return a.device != b.device ? a.device < b.device : a.offset < b.offset;
  });
  return order_;
}

void Inbox::shut(std::int64_t window) {
  base_ = window + 1;
  is_open_ = false;
  if (open_.capacity() == 0) return;
  open_.clear();
  if (spare_.size() == spare_max || open_.capacity() > spare_bytes_max) {
    open_.shrink_to_fit();  // of a burst: it is not kept for the next one
    return;
  }
  spare_.push_back({});
  spare_.back().swap(open_);
}

}  // namespace fleetsim::sim
