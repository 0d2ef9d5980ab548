// The options of `fleetsim sweep`.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "sim/app/command_line.hpp"

namespace fleetsim::sim {

/// "5" or "1..1000"; nothing when it is neither, or goes backwards.
std::optional<std::pair<std::uint64_t, std::uint64_t>> parse_seeds(std::string_view text);

/// The verb and its options; what is given to them is read by take_sweep() afterwards.
struct SweepTexts {
  std::string seeds = "1..100";
};
CLI::App& add_sweep(CLI::App& app, SweepVerb& sweep, SweepTexts& texts);
void take_sweep(const SweepTexts& texts, SweepVerb& sweep);

}  // namespace fleetsim::sim
