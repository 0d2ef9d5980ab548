// An event stream that keeps what it is told, for tests. Batches may come from any thread; look at `events()` when those are done.
//
//   KeptEvents kept;  options.events = &kept;  ...  EXPECT_EQ(kept.count(EventSide::device, "connected"), 5u);
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/events/event_stream.hpp"

namespace fleetsim::sim::test {

class KeptEvents final : public EventStream {
 public:
  void write(std::vector<RunEvent>&& batch) override {
    const std::lock_guard lock(mutex_);
    ++batches_;
    for (RunEvent& event : batch) events_.push_back(std::move(event));
  }
  std::string close() override { return {}; }

  std::uint64_t count(EventSide side, std::string_view kind) const {
    const std::lock_guard lock(mutex_);
    std::uint64_t found = 0;
    for (const RunEvent& event : events_) found += event.side == side && event.kind == kind ? 1U : 0U;
    return found;
  }
  const std::vector<RunEvent>& events() const { return events_; }
  int batches() const { return batches_; }

 private:
  mutable std::mutex mutex_;
  std::vector<RunEvent> events_;
  int batches_ = 0;
};

}  // namespace fleetsim::sim::test
