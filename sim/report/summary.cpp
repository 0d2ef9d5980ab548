#include "sim/report/summary.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/report/number_text.hpp"
#include "sim/report/summary_sections.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::string_view indent = "    ";
constexpr std::size_t scenario_columns_min = 8;

std::string_view ansi_of(Page::Tone tone) {
  switch (tone) {
    case Page::Tone::plain:
      return "";
    case Page::Tone::good:
      return "\x1b[32m";
    case Page::Tone::bad:
      return "\x1b[31m";
    case Page::Tone::faint:
      return "\x1b[2m";
    case Page::Tone::strong:
      return "\x1b[1m";
  }
  return "";
}

}  // namespace

std::string Page::painted(std::string_view text, Tone tone) const {
  if (color_ == Color::off || tone == Tone::plain) return std::string{text};
  return fmt::format("{}{}\x1b[0m", ansi_of(tone), text);
}

void Page::heading(std::string_view text) { text_ += fmt::format("\n  {}\n", painted(text, Tone::strong)); }

void Page::line(std::string_view text) {
  text_ += indent;
  text_ += text;
  text_ += '\n';
}

void Page::paragraph(std::string_view mark, std::string_view text, Tone tone) {
  const std::size_t width = summary_columns - indent.size() - columns_of(mark) - 1;
  std::string prefix = painted(mark, tone);
  while (!text.empty()) {
    std::size_t cut = text.size();
    if (columns_of(text) > width) {
      const std::size_t limit = shortened(text, width + 3).size() - 3;  // bytes of the first `width` columns
      const std::size_t space = text.rfind(' ', limit);
      cut = space == std::string_view::npos || space == 0 ? limit : space;
    }
    line(prefix + " " + std::string{text.substr(0, cut)});
    text.remove_prefix(cut);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    prefix = std::string(columns_of(mark), ' ');
  }
}

std::string summary_text(const RunResult& result, const SummaryStyle& style) {
  Page page{style};
  const std::string facts = fmt::format(" · world {} · seed {} · limits {} · {}{}", result.world, result.seed, result.limits,
                                        seconds_text(result.elapsed_seconds),
                                        result.shard.empty() || result.shard == "0/1" ? std::string{} : " · shard " + result.shard);
  const std::size_t room = summary_columns - 2;
  page.heading(shortened(result.scenario, std::max<std::size_t>(room - std::min(room, columns_of(facts)), scenario_columns_min)) + facts);
  if (!result.trace_hash.empty())
    page.line(fmt::format("  trace {} · {} on this host", result.trace_hash, seconds_text(result.host_seconds)));
  write_thresholds(page, result);
  write_devices(page, result);
  write_ledgers(page, result);
  write_distribution(page, result);
  write_faults(page, result);
  write_misbehaviour(page, result);
  write_invariants(page, result);
  write_profiles(page, result);
  write_metrics(page, result);
  write_weather(page, result);
  write_generator(page, result);
  write_troubles(page, result);
  write_verdict(page, result);
  return page.take();
}

}  // namespace fleetsim::sim
