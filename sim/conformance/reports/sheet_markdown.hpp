// An exam in a few lines of Markdown, for a pull request: what is not as it should be, and how to see it again.
#pragma once

#include <string>

#include "sim/conformance/examiner.hpp"
#include "sim/conformance/reports/sheet_facts.hpp"

namespace fleetsim::sim {

std::string sheet_markdown(const ExamSheet& sheet, const SheetFacts& facts);

}  // namespace fleetsim::sim
