// The result of a run as a page of text for people, at most 80 columns wide, in the manner of k6's end summary.
//
//   std::fputs(summary_text(result, {.color = Color::off}).c_str(), stdout);
#pragma once

#include <cstdint>
#include <string>

#include "sim/report/run_result.hpp"

namespace fleetsim::sim {

enum class Color : std::uint8_t { off, ansi };

struct SummaryStyle {
  Color color = Color::off;
};

inline constexpr std::size_t summary_columns = 80;

std::string summary_text(const RunResult& result, const SummaryStyle& style);

}  // namespace fleetsim::sim
