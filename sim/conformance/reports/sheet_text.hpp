// An exam's outcome for people, on a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

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
  std::size_t left_out = 0;  // by the budget; they are among those not exercised
  std::size_t new_here = 0;  // of those that fail or could not be judged, by the report of before
  std::size_t known = 0;
  std::size_t mended = 0;
};
SheetCounts count_verdicts(const ExamSheet& sheet);

/// As any terminal and any table can bear it, whatever a device said: on one line, control characters and bytes that are no UTF-8 as
/// U+FFFD.
std::string one_line(std::string_view text);
/// One line of a requirement: its verdict, id and text.
std::string examined_line(const Examined& examined);
/// What was wrong, with the clause, the device's timeline and the command that does it again; empty for what passed.
std::string examined_details(const Examined& examined);
/// What passed only when it was tried again.
bool is_flaky(const Examined& examined);
/// A MUST that is broken, or with --strict a SHOULD. Whether anybody knew of it decides nothing here.
bool is_broken(const Examined& examined, bool strict);
/// The last lines: how many of which verdict, and what the budget left out.
std::string sheet_summary(const ExamSheet& sheet, const std::string& dut);

}  // namespace fleetsim::sim
