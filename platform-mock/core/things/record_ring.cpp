#include "platform-mock/core/things/record_ring.hpp"

#include <algorithm>
#include <utility>

namespace fleetsim::platform::things {
namespace {

constexpr std::size_t first_slots = 4;
constexpr std::size_t spare_bytes_max = 512;  // a slot that held more gives its memory back

std::size_t bytes_of(const Record& record) { return record.name.size() + record.text.size(); }

void give_back(std::string& text) {
  text.clear();
  if (text.capacity() > spare_bytes_max) text.shrink_to_fit();
}

}  // namespace

bool RecordRing::add(std::string_view name, std::string_view text, std::int64_t time_ms, const ThingLimits& limits, std::int32_t code) {
  const std::size_t wanted = name.size() + text.size();
  const std::size_t before = count_;
  const std::size_t records_max = limits.records_per_device;
  if (wanted > limits.record_bytes_per_device) return false;
  while (count_ > 0 && (count_ >= records_max || bytes_ + wanted > limits.record_bytes_per_device)) drop_oldest();
  const bool all_kept = count_ == before;
  if (count_ == slots_.size()) {
    // Full but below the limit: the ring grows, and its oldest entry comes first again.
    std::vector<Record> grown(std::min(slots_.empty() ? first_slots : slots_.size() * 2, records_max));
    for (std::size_t i = 0; i < count_; ++i) grown[i] = std::move(slots_[(first_ + i) % slots_.size()]);
    slots_ = std::move(grown);
    first_ = 0;
  }
  Record& slot = slots_[(first_ + count_) % slots_.size()];
  slot.name.assign(name);
  slot.text.assign(text);
  slot.time_ms = time_ms;
  slot.code = code;
  bytes_ += wanted;
  ++count_;
  ++total_;
  return all_kept;
}

void RecordRing::drop_oldest() {
  Record& oldest = slots_[first_];
  bytes_ -= bytes_of(oldest);
  give_back(oldest.name);
  give_back(oldest.text);
  first_ = (first_ + 1) % slots_.size();
  --count_;
}

}  // namespace fleetsim::platform::things
