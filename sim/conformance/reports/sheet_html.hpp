// An exam as one HTML page: no script, nothing from the network, light and dark, readable on a phone, printable. What is wrong is open,
// the rest opens with a tap.
//
//   write_output("r.html", sheet_html(sheet, facts));
#pragma once

#include <string>

#include "sim/conformance/examiner.hpp"
#include "sim/conformance/reports/sheet_facts.hpp"

namespace fleetsim::sim {

std::string sheet_html(const ExamSheet& sheet, const SheetFacts& facts);

}  // namespace fleetsim::sim
