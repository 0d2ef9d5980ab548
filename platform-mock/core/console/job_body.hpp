// The body of "create a job", read: who gets which devices, from where, to where.
//
//   auto request = console::read_job_body(call);   // {"product":…,"source":{…},"targets":[{…}],"devices":[…]}
#pragma once

#include "platform-mock/core/console/console_call.hpp"

namespace fleetsim::platform::console {

/// Form only; whether the request keeps the rules is Distribution's business.
Result<DistributeRequest, ConsoleError> read_job_body(const ConsoleCall& call);

}  // namespace fleetsim::platform::console
