// An exam as JUnit XML, for CI: a suite a group, a case a requirement. What fails is a failure; what could not be judged is an error; what
// was not asked is skipped.
//
//   write_output("r.xml", sheet_junit(sheet, facts));
#pragma once

#include <string>

#include "sim/conformance/examiner.hpp"
#include "sim/conformance/reports/sheet_facts.hpp"

namespace fleetsim::sim {

std::string sheet_junit(const ExamSheet& sheet, const SheetFacts& facts);

}  // namespace fleetsim::sim
