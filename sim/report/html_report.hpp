// The result of a run as one HTML file that can be mailed: no script, no network, no font or picture from elsewhere (its content security
// policy forbids them too), light and dark, readable on a phone. Everything that comes from outside is escaped.
//
//   std::string page = html_report(result);
#pragma once

#include <string>

#include "sim/report/run_result.hpp"

namespace fleetsim::sim {

std::string html_report(const RunResult& result);

}  // namespace fleetsim::sim
