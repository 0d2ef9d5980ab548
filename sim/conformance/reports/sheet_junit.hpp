// An exam as JUnit XML, for CI: a suite a group, a case a requirement. What fails is a failure; what could not be judged is an error; what
// was not asked, or was known before, is skipped; what passed when it was tried again is a flakyFailure. Valid by the schema of Jenkins'
// xUnit plugin, which reads Surefire's reports (tests/sim/data/foreign/junit-10.xsd).
//
//   write_output("r.xml", sheet_junit(sheet, facts));
#pragma once

#include <string>

#include "sim/conformance/examiner.hpp"
#include "sim/conformance/reports/sheet_facts.hpp"

namespace fleetsim::sim {

std::string sheet_junit(const ExamSheet& sheet, const SheetFacts& facts);

}  // namespace fleetsim::sim
