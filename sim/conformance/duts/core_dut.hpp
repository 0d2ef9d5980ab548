// A firmware core of the user's own, behind the C interface devicecore/abi/device_core.h, in simulated time: `core:LIB.so`.
#pragma once

#include <memory>
#include <string_view>

#include "devicecore/base/result.hpp"
#include "sim/conformance/dut_adapter.hpp"

namespace fleetsim::sim {

/// The error says what is wrong with the library.
Result<std::unique_ptr<DutAdapter>, std::string> make_core_dut(std::string_view path);

}  // namespace fleetsim::sim
