// An exam for programs: scenarios/conformance.schema.json says what it looks like.
#pragma once

#include <string>

#include "sim/conformance/examiner.hpp"
#include "sim/conformance/reports/sheet_facts.hpp"

namespace fleetsim::sim {

inline constexpr int conformance_schema_version = 1;

std::string sheet_json(const ExamSheet& sheet, const SheetFacts& facts);

}  // namespace fleetsim::sim
