// The weather in the end summary: the storm in a few lines, and how devices waited. Nothing when no try failed and nobody was lost.
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>
#include <vector>

#include "sim/report/number_text.hpp"
#include "sim/report/summary_sections.hpp"
#include "sim/weather/storm.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t backoff_lines_max = 3;
constexpr std::size_t group_columns = 24;

std::string storm_rate_text(double rate) { return decimal_text(rate < 100 ? std::round(rate * 10) / 10 : std::round(rate)) + "/s"; }

std::string back_text(const std::optional<double>& seconds) { return seconds ? seconds_text(*seconds) : std::string{"not in this run"}; }

void write_burst(Page& page, std::string_view what, const Burst& burst) {
  if (burst.total == 0) return;
  page.line(fmt::format("{} peak {} at {}, {:.1f} times the mean, half of it for {}", padded_right(what, 10),
                        padded_left(storm_rate_text(burst.peak_per_second), 8), seconds_text(burst.peak_at_seconds), burst.peak_to_mean,
                        seconds_text(burst.half_height_seconds)));
}

/// One line for each group and endpoint, those with the most devices first: the class of all rows together, and how many show it alone.
void write_backoffs(Page& page, const RunResult& result) {
  std::vector<std::pair<BackoffPlace, const BackoffTally*>> seen;
  for (const auto& [place, tally] : result.weather.backoff)
    if (tally.devices_followed() > 0) seen.emplace_back(place, &tally);
  std::stable_sort(seen.begin(), seen.end(),
                   [](const auto& a, const auto& b) { return a.second->devices_followed() > b.second->devices_followed(); });
  for (std::size_t i = 0; i < seen.size() && i < backoff_lines_max; ++i) {
    const auto& [place, tally] = seen[i];
    const BackoffClass together = tally->together();
    const std::uint64_t alone = tally->devices[backoff_class_index(together)];
    const std::string rest = fmt::format(" {}: {}; {} of {} alone", retry_leg_name(place.leg), backoff_class_text(together),
                                         count_text(alone), count_text(tally->devices_followed()));
    const std::string_view group = name_at(result.tag_names.groups, place.group);
    page.line(shortened(group, std::min(group_columns, summary_columns - columns_of(rest) - 8)) + rest);
  }
  if (seen.size() > backoff_lines_max) page.line(fmt::format("... and {} more: --html", seen.size() - backoff_lines_max));
}

}  // namespace

void write_weather(Page& page, const RunResult& result) {
  if (result.weather.empty()) return;
  const Storm storm = storm_of(result.weather, std::nullopt);
  // Those who stayed away were switched off, or have moved: no storm.
  const bool has_return = storm.fall && storm.fall->back.half_seconds;
  if (storm.failures.total == 0 && !has_return && result.weather.backoff.empty()) return;
  page.heading("WEATHER");
  write_burst(page, "tries", storm.connect_tries);
  write_burst(page, "failures", storm.failures);
  if (has_return) {
    const Spread& back = storm.fall->back;
    page.line(fmt::format("{} {} after {}; half of them back: {}, nine in ten: {}", padded_right("lost", 10), count_text(back.devices),
                          seconds_text(storm.fall->began_seconds), back_text(back.half_seconds), back_text(back.ninety_percent_seconds)));
  }
  write_backoffs(page, result);
}

}  // namespace fleetsim::sim
