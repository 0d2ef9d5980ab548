// A program that is a device, over real sockets and in real time: `process:./firmware --host {bootstrap_host}`. README.md of this folder's
// parent says what it is given.
#pragma once

#include <memory>
#include <string_view>

#include "devicecore/base/result.hpp"
#include "sim/conformance/dut_adapter.hpp"
#include "sim/conformance/duts/dut_options.hpp"

namespace fleetsim::sim {

/// The error says what is wrong with the command.
Result<std::unique_ptr<DutAdapter>, std::string> make_process_dut(std::string_view command, const DutOptions& options);

}  // namespace fleetsim::sim
