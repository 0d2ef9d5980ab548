// A firmware profile of the device core in simulated time: `virtual:reference`.
#pragma once

#include <memory>
#include <string_view>

#include "devicecore/base/result.hpp"
#include "sim/conformance/dut_adapter.hpp"

namespace fleetsim::sim {

/// The error names the profiles that there are. "mutant/no-reply" is the profile "mutant-no-reply".
Result<std::unique_ptr<DutAdapter>, std::string> make_virtual_dut(std::string_view profile);

}  // namespace fleetsim::sim
