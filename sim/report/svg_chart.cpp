#include "sim/report/svg_chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <fmt/format.h>
#include <iterator>

#include "sim/report/number_text.hpp"

namespace fleetsim::sim {
namespace {

constexpr double plot_width = 1000;
constexpr double plot_height = 200;

double most_of(const ChartLine& line) { return line.values.empty() ? 0 : *std::max_element(line.values.begin(), line.values.end()); }

bool is_drawn(const ChartLine& line) {
  return std::any_of(line.values.begin(), line.values.end(), [](double value) { return value != 0; });
}

std::string amount_text(double value) { return decimal_text(value < 10 ? std::round(value * 10) / 10 : std::round(value)); }

/// How a path treats stretches of nothing: an outline lies on the ground there, a line stops and begins anew.
enum class Ground : std::uint8_t { drawn, left_out };

/// "M0 200L4.2 180..."; what lies on a level line between two equal values is left out.
std::string path_of(const std::vector<double>& values, double top, Ground ground) {
  std::string path;
  const double step = values.size() > 1 ? plot_width / static_cast<double>(values.size() - 1) : plot_width;
  bool pen_up = true;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool level = (i == 0 || values[i] == values[i - 1]) && (i + 1 == values.size() || values[i] == values[i + 1]);
    if (level && values[i] == 0 && ground == Ground::left_out) {
      pen_up = true;
      continue;
    }
    if (level && i > 0 && i + 1 < values.size()) continue;
    const double y = plot_height - plot_height * std::clamp(values[i] / top, 0.0, 1.0);
    fmt::format_to(std::back_inserter(path), "{}{:.4g} {:.4g}", pen_up ? 'M' : 'L', step * static_cast<double>(i), y);
    pen_up = false;
  }
  if (values.size() == 1) fmt::format_to(std::back_inserter(path), "H{}", plot_width);
  return path;
}

void append_legend(HtmlWriter& html, const Chart& chart) {
  html.raw("<ul class=\"legend\">");
  for (const ChartLine& line : chart.lines) {
    if (!is_drawn(line)) continue;
    html.raw("<li class=\"");
    html.text(line.color);
    html.raw("\">");
    html.text(fmt::format("{}, peak {}{}", line.label, amount_text(most_of(line)), chart.unit));
    html.raw("</li>");
  }
  html.raw("</ul>");
}

void append_lines(HtmlWriter& html, const Chart& chart, double top) {
  for (std::size_t i = 0; i < chart.lines.size(); ++i) {
    const ChartLine& line = chart.lines[i];
    if (!is_drawn(line)) continue;
    if (i == 0)
      html.raw(fmt::format("<path class=\"area {}\" d=\"{}V{}H0Z\"/>", line.color, path_of(line.values, top, Ground::drawn), plot_height));
    html.raw(fmt::format("<path class=\"line {}\" d=\"{}\"/>", line.color, path_of(line.values, top, Ground::left_out)));
  }
}

void append_time_axis(HtmlWriter& html, double seconds) {
  html.raw("<div class=\"time\">");
  for (const double share : {0.0, 0.25, 0.5, 0.75, 1.0}) html.element("span", seconds_text(share * seconds));
  html.raw("</div>");
}

}  // namespace

double round_top(double value) {
  if (!(value > 0)) return 1;
  static constexpr std::array steps{1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0};
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double step : steps)
    if (step * power >= value) return step * power;
  return 10 * power;
}

void append_chart(HtmlWriter& html, const Chart& chart) {
  double most = 0;
  std::size_t points = 0;
  for (const ChartLine& line : chart.lines) {
    most = std::max(most, most_of(line));
    points = std::max(points, line.values.size());
  }
  if (points == 0 || std::none_of(chart.lines.begin(), chart.lines.end(), is_drawn)) return;
  const double top = round_top(most);
  html.raw("<figure><figcaption>");
  html.element("strong", chart.title);
  append_legend(html, chart);
  html.raw("</figcaption><div class=\"plot\">");
  html.element("span class=\"high\"", amount_text(top));
  html.element("span class=\"middle\"", amount_text(top / 2));
  html.raw("<svg viewBox=\"0 0 1000 200\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"");
  html.text(chart.title);
  html.raw("\"><path class=\"grid\" d=\"M0 0H1000M0 100H1000M0 200H1000\"/>");
  append_lines(html, chart, top);
  html.raw("</svg></div>");
  append_time_axis(html, chart.seconds_per_point * static_cast<double>(points));
  html.raw("</figure>\n");
}

}  // namespace fleetsim::sim
