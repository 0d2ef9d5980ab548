// An exam's outcome for people, on a terminal.
#pragma once

#include <string>

#include "sim/conformance/examiner.hpp"

namespace fleetsim::sim {

struct SheetCounts {
  std::size_t passed = 0;
  std::size_t warned = 0;
  std::size_t failed = 0;
  std::size_t not_applicable = 0;
  std::size_t inconclusive = 0;
  std::size_t not_exercised = 0;
  std::size_t flaky = 0;
};
SheetCounts count_verdicts(const ExamSheet& sheet);

/// One line of a requirement: its verdict, id and text.
std::string examined_line(const Examined& examined);
/// What was wrong, with the clause, the device's timeline and the command that does it again; empty for what passed.
std::string examined_details(const Examined& examined);
/// The last lines: how many of which verdict.
std::string sheet_summary(const ExamSheet& sheet, const std::string& dut);

}  // namespace fleetsim::sim
