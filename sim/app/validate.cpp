// `fleetsim validate FILE...`: one "OK name" line for a good file, every mistake of a bad one.
#include <cstdio>
#include <fmt/format.h>

#include "sim/app/verbs.hpp"
#include "sim/config/platform_reader.hpp"
#include "sim/report/exit_code.hpp"
#include "sim/scenario/scenario_reader.hpp"

namespace fleetsim::sim {
namespace {

/// What to print after OK; empty when the file is bad.
std::string check(const std::string& file, const Settings& settings, Diagnostics& diagnostics) {
  const std::optional<FileKind> kind = file_kind(file, diagnostics);
  if (!kind) return {};
  switch (*kind) {
    case FileKind::scenario: {
      const std::optional<Scenario> scenario = load_scenario(file, settings, diagnostics);
      if (!scenario) return {};
      std::uint64_t devices = 0;
      for (const FleetGroup& group : scenario->groups) devices += group.count;
      return fmt::format("{} (scenario, {} devices, {} steps, {} thresholds)", scenario->name, devices, scenario->steps.size(),
                         scenario->thresholds.size());
    }
    case FileKind::platform: {
      const std::optional<platform::PlatformConfig> platform = load_platform(file, settings, diagnostics);
      if (!platform) return {};
      return fmt::format("{} (platform, {} regions, {} instances)", file, platform->regions.size(), platform->instances.size());
    }
  }
  return {};
}

}  // namespace

int validate_verb(const ValidateVerb& verb) {
  std::size_t errors = 0;
  for (const std::string& file : verb.files) {
    Diagnostics diagnostics;
    const std::string good = check(file, verb.settings, diagnostics);
    std::fputs(diagnostics.text().c_str(), stderr);
    errors += diagnostics.errors();
    if (!good.empty()) std::fputs(fmt::format("OK {}\n", good).c_str(), stdout);
  }
  if (errors > 0) std::fputs(fmt::format("{} error{}\n", errors, errors == 1 ? "" : "s").c_str(), stderr);
  return static_cast<int>(errors == 0 ? ExitCode::pass : ExitCode::usage);
}

}  // namespace fleetsim::sim
