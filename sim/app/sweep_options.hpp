// The options of `fleetsim sweep`.
#pragma once

#include <CLI/CLI.hpp>

#include "sim/app/command_line.hpp"

namespace fleetsim::sim {

/// The verb and its options.
CLI::App& add_sweep(CLI::App& app, SweepVerb& sweep);

}  // namespace fleetsim::sim
