// The executors, one file each. A new one: its file, a line here and in list.cpp, a struct in scenario.hpp, a test, a README line.
#pragma once

#include <cstdint>
#include <memory>

#include "sim/executors/arrival_schedule.hpp"
#include "sim/scenario/scenario.hpp"

namespace fleetsim::sim {

std::unique_ptr<ArrivalSchedule> constant_fleet(const ConstantFleet& settings, std::uint32_t count);
std::unique_ptr<ArrivalSchedule> ramping_fleet(const RampingFleet& settings, std::uint32_t count);
std::unique_ptr<ArrivalSchedule> constant_arrival_rate(const ConstantArrivalRate& settings, std::uint32_t count);
std::unique_ptr<ArrivalSchedule> ramping_arrival_rate(const RampingArrivalRate& settings, std::uint32_t count);
std::unique_ptr<ArrivalSchedule> listed_arrivals(const ListedArrivals& settings, std::uint32_t count);

}  // namespace fleetsim::sim
