// fleetsim: reads the command line and hands over to a verb. Anything that is thrown past a verb is a fault of ours: exit 4.
#include <csignal>
#include <cstdio>
#include <exception>
#include <variant>

#include "sim/app/command_line.hpp"
#include "sim/app/verbs.hpp"
#include "sim/report/exit_code.hpp"

namespace {

using namespace fleetsim::sim;

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

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that has gone away is a write that fails, no end of the run
  try {
    const CommandLine line = parse_command_line(argc, argv);
    return line.finished ? *line.finished : std::visit(Dispatch{}, line.verb);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "fleetsim: internal error: %s\n", fault.what());
    return static_cast<int>(ExitCode::internal);
  }
}
