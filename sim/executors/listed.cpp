// listed: device n arrives at the nth of the times that stand in the list, whatever became of those before it.
#include <algorithm>
#include <utility>

#include "sim/executors/executors.hpp"

namespace fleetsim::sim {
namespace {

class ListedSchedule final : public ArrivalSchedule {
 public:
  ListedSchedule(ListedArrivals settings, std::uint32_t count) : at_(std::move(settings.at)) {
    if (at_ != nullptr) arrivals_ = std::min<std::size_t>(at_->size(), count);  // a sweep may have made the fleet smaller
  }

  std::optional<FleetChange> nth(std::uint64_t n) const override {
    if (n >= arrivals_) return std::nullopt;
    return FleetChange{(*at_)[n], static_cast<std::uint32_t>(n), true};
  }
  Duration duration() const override { return arrivals_ > 0 ? (*at_)[arrivals_ - 1] : Duration{0}; }
  bool open_model() const override { return true; }

 private:
  std::shared_ptr<const std::vector<Duration>> at_;
  std::size_t arrivals_ = 0;
};

}  // namespace

std::unique_ptr<ArrivalSchedule> listed_arrivals(const ListedArrivals& settings, std::uint32_t count) {
  return std::make_unique<ListedSchedule>(settings, count);
}

}  // namespace fleetsim::sim
