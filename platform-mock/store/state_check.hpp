// `fleetsim platform --check`: whether a state folder holds together. Changes nothing in it.
//
//   auto report = check_state("/var/lib/fleet");
//   if (!report) say(report.error().what); else for (const std::string& violation : report->violations) tell(violation);
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "devicecore/base/result.hpp"
#include "platform-mock/core/durable_state.hpp"
#include "platform-mock/core/platform_config.hpp"

namespace fleetsim::platform {

struct StateReport {
  std::vector<std::string> violations;  // empty: all is well
  std::size_t products = 0;
  std::size_t devices = 0;
  std::size_t in_handover = 0;
  std::size_t jobs = 0;
  std::size_t unfinished_jobs = 0;
};

/// With a configuration, also whether the two fit together: what the state names must be there. An error: the folder cannot be read at
/// all, or not by this version.
Result<StateReport, StoreError> check_state(const std::string& folder, const PlatformConfig* configuration = nullptr);
/// "4 products, 1000 devices (12 in handover), 3 jobs (1 unfinished): all invariants hold"
std::string summary_of(const StateReport& report);

}  // namespace fleetsim::platform
