// The one list of executors.
#include "sim/executors/executors.hpp"

namespace fleetsim::sim {
namespace {

struct MakeSchedule {
  std::uint32_t count;
  std::unique_ptr<ArrivalSchedule> operator()(const ConstantFleet& settings) const { return constant_fleet(settings, count); }
  std::unique_ptr<ArrivalSchedule> operator()(const RampingFleet& settings) const { return ramping_fleet(settings, count); }
  std::unique_ptr<ArrivalSchedule> operator()(const ConstantArrivalRate& settings) const { return constant_arrival_rate(settings, count); }
  std::unique_ptr<ArrivalSchedule> operator()(const RampingArrivalRate& settings) const { return ramping_arrival_rate(settings, count); }
  std::unique_ptr<ArrivalSchedule> operator()(const ListedArrivals& settings) const { return listed_arrivals(settings, count); }
};

}  // namespace

std::unique_ptr<ArrivalSchedule> make_schedule(const Executor& executor, std::uint32_t count) {
  return std::visit(MakeSchedule{count}, executor);
}

}  // namespace fleetsim::sim
