// The kinds of devices under test: each an adapter, named before the colon.
#pragma once

#include <memory>
#include <string_view>

#include "devicecore/base/result.hpp"
#include "sim/conformance/dut_adapter.hpp"
#include "sim/conformance/duts/dut_options.hpp"

namespace fleetsim::sim {

/// `KIND:WHAT`, "virtual:reference". The error says what was expected.
Result<std::unique_ptr<DutAdapter>, std::string> make_dut(std::string_view name, const DutOptions& options = {});

}  // namespace fleetsim::sim
