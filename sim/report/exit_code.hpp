// What a run's end means to the shell that started it. Where several things hold at once, one order decides: an internal error, then the
// environment, an interrupt, an invalid result, a failed check, and last a crossed threshold.
//
//   return static_cast<int>(exit_code_of(result));
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "sim/report/run_result.hpp"

namespace fleetsim::sim {

enum class ExitCode : std::uint8_t {
  pass = 0,
  check_failed = 1,  // devices stranded, steps failed, an oracle saw a violation
  usage = 2,         // command line or input file
  environment = 3,   // port in use, file missing, too few descriptors
  internal = 4,
  invalid = 5,  // the generator was the bottleneck: the numbers say nothing about the platform
  threshold = 99,
  interrupted = 130,
};

/// The one that counts most; pass when there is none.
ExitCode worst_of(std::initializer_list<ExitCode> codes);

/// Of a run that came to its end, cleanly or by Ctrl-C.
ExitCode exit_code_of(const RunResult& result);

/// "a check failed"
std::string_view describe(ExitCode code);

}  // namespace fleetsim::sim
