#include "sim/app/program.hpp"

#include <cstdio>
#include <exception>
#include <variant>

#include "sim/app/command_line.hpp"
#include "sim/app/verbs.hpp"
#include "sim/report/exit_code.hpp"

namespace fleetsim::sim {
namespace {

struct Dispatch {
  int operator()(const RunVerb& verb) const { return run_verb(verb); }
  int operator()(const ValidateVerb& verb) const { return validate_verb(verb); }
  int operator()(const PlatformVerb& verb) const { return platform_verb(verb); }
  int operator()(const ReplayVerb& verb) const { return replay_verb(verb); }
  int operator()(const ListVerb& verb) const { return list_verb(verb); }
  int operator()(const SweepVerb& verb) const { return sweep_verb(verb); }
  int operator()(const ConformVerb& verb) const { return conform_verb(verb); }
  int operator()(const DeviceVerb& verb) const { return device_verb(verb); }
  int operator()(const VersionVerb&) const { return version_verb(); }
};

}  // namespace

int run_program(int argc, const char* const* argv) {
  try {
    const CommandLine line = parse_command_line(argc, argv);
    return line.finished ? *line.finished : std::visit(Dispatch{}, line.verb);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "fleetsim: internal error: %s\n", fault.what());
    return static_cast<int>(ExitCode::internal);
  }
}

}  // namespace fleetsim::sim
