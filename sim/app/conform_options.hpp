// The options of `fleetsim conform`.
#pragma once

#include <CLI/CLI.hpp>

#include "sim/app/command_line.hpp"

namespace fleetsim::sim {

CLI::App& add_conform(CLI::App& app, ConformVerb& conform);

}  // namespace fleetsim::sim
