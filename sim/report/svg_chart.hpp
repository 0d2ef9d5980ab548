// A small chart over time as SVG inside HTML: lines over a common axis, with a legend that says each line's peak. The drawing stretches to
// the width that there is; texts are HTML beside it and keep their size on a phone.
//
//   append_chart(html, {.title = "Connects a second", .seconds_per_point = 0.25, .lines = {{"connects", "connects", rates}}});
#pragma once

#include <string>
#include <vector>

#include "sim/report/html_writer.hpp"

namespace fleetsim::sim {

struct ChartLine {
  std::string label;
  std::string color;  // a class of the style sheet: connects, failures, bootstraps, disconnects, moves, arrivals, online
  std::vector<double> values;
};

struct Chart {
  std::string title;
  std::string unit;  // "/s" or nothing
  double seconds_per_point = 1;
  std::vector<ChartLine> lines;  // the first is drawn as an area; those without any value are left out
};

inline constexpr std::size_t chart_points_max = 240;

void append_chart(HtmlWriter& html, const Chart& chart);

/// The least of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten that is not below `value`; 1 for zero.
double round_top(double value);

}  // namespace fleetsim::sim
