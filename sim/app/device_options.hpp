// The options of `fleetsim device`.
#pragma once

#include <CLI/CLI.hpp>

#include "sim/app/command_line.hpp"

namespace fleetsim::sim {

CLI::App& add_device(CLI::App& app, DeviceVerb& device);

}  // namespace fleetsim::sim
