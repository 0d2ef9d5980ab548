// The files that `fleetsim conform` writes: which options name them, and what goes into each.
//
//   if (const std::string wrong = probe_reports(verb); !wrong.empty()) return give_up(ExitCode::usage, wrong);
//   const std::string lost = write_reports(verb, sheet, facts);
#pragma once

#include <string>

#include "sim/app/command_line.hpp"
#include "sim/conformance/examiner.hpp"
#include "sim/conformance/reports/sheet_facts.hpp"

namespace fleetsim::sim {

/// What is wrong with the places where they go, or nothing.
std::string probe_reports(const ConformVerb& verb);
/// One of them goes to standard output: people are told on the other one.
bool speaks_to_programs(const ConformVerb& verb);
/// What could not be written, or nothing.
std::string write_reports(const ConformVerb& verb, const ExamSheet& sheet, const SheetFacts& facts);

}  // namespace fleetsim::sim
