// The part of the HTML report that draws the fleet as weather: charts, the storm's figures, how devices come back, the projection.
#pragma once

#include "sim/report/html_writer.hpp"
#include "sim/report/run_result.hpp"

namespace fleetsim::sim {

void write_weather(HtmlWriter& html, const RunResult& result);

}  // namespace fleetsim::sim
