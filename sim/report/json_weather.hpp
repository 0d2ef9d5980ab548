// The part `weather` of the JSON report: the storm over all and by region, back-off classes, the projection. The series themselves go to
// CSV.
#pragma once

#include "sim/report/json_writer.hpp"
#include "sim/report/run_result.hpp"

namespace fleetsim::sim {

void write_weather(JsonWriter& json, const RunResult& result);

}  // namespace fleetsim::sim
