// --seed of every verb that has one, and FLEETSIM_SEED: what sim/config/seed_text.hpp takes for a seed, and nothing else.
//
//   add_seed(verb, "Seed of every random choice [default: the scenario's]", run.seed);
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <fmt/format.h>
#include <string>

#include "sim/config/seed_text.hpp"

namespace fleetsim::sim {

/// `out` is a number, or an optional one. A mistake ends the parsing with its text, whether the flag or the environment has it.
template <class Seed>
CLI::Option& add_seed(CLI::App& verb, const std::string& what, Seed& out) {
  const auto take = [&out](const std::string& text) {
    const auto seed = parse_seed(text);
    if (!seed) throw CLI::ValidationError("--seed", fmt::format("expected {}, found \"{}\"", seed_expected, text));
    out = *seed;
  };
  return *verb.add_option_function<std::string>("--seed", take, what)->envname("FLEETSIM_SEED")->type_name("N");
}

}  // namespace fleetsim::sim
