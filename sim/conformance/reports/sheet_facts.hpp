// What every report of an exam says beside the verdicts.
#pragma once

#include <cstdint>
#include <string>

#include "sim/conformance/capabilities.hpp"

namespace fleetsim::sim {

struct SheetFacts {
  std::string dut;  // "virtual:reference"
  std::uint64_t seed = 0;
  double seconds = 0;  // of the host's time
  bool strict = false;
  int exit_code = 0;
  Capabilities capabilities{};
  std::string baseline{};      // the file; empty: the exam is compared with nothing
  std::string baseline_dut{};  // whose report that is
  std::string budget{};        // "5m"; empty: it had none

  /// "before.json is a report of virtual:legacy, another device", for people; empty: it is one of this device.
  std::string foreign_baseline() const {
    return baseline.empty() || baseline_dut == dut ? std::string{} : baseline + " is a report of " + baseline_dut + ", another device";
  }
};

}  // namespace fleetsim::sim
