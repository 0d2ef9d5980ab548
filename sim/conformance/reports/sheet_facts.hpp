// What every report of an exam says beside the verdicts.
#pragma once

#include <cstdint>
#include <string>

namespace fleetsim::sim {

struct SheetFacts {
  std::string dut;  // "virtual:reference"
  std::uint64_t seed = 0;
  double seconds = 0;  // of the host's time
  bool strict = false;
  int exit_code = 0;
};

}  // namespace fleetsim::sim
