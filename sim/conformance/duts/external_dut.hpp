// A device that comes by itself: `external`. It is told to a person what to burn; then the device is waited for, case by case.
#pragma once

#include <memory>
#include <string_view>

#include "devicecore/base/result.hpp"
#include "sim/conformance/dut_adapter.hpp"
#include "sim/conformance/duts/dut_options.hpp"

namespace fleetsim::sim {

/// `what` is a name for reports, and may be empty. The error says what is wrong with the options.
Result<std::unique_ptr<DutAdapter>, std::string> make_external_dut(std::string_view what, const DutOptions& options);

}  // namespace fleetsim::sim
