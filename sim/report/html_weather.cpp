#include "sim/report/html_weather.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/report/number_text.hpp"
#include "sim/report/svg_chart.hpp"
#include "sim/weather/storm.hpp"

namespace fleetsim::sim {
namespace {

std::string region_text(const RunResult& result, RegionIndex region) {
  const std::string_view name = name_at(result.tag_names.regions, region);
  return name.empty() ? "no region yet" : std::string{name};
}

std::string per_second_text(double rate) { return decimal_text(rate < 100 ? std::round(rate * 10) / 10 : std::round(rate)) + "/s"; }

std::string after_text(const std::optional<double>& seconds) { return seconds ? seconds_text(*seconds) : "not in this run"; }

/// How many buckets become one point.
std::size_t fold_of(const Weather& weather) { return (weather.length() + chart_points_max - 1) / chart_points_max; }

/// Where a point covers a second or more it shows the busiest second in it; else the rate of its buckets.
std::vector<double> rate_points(const std::vector<std::uint64_t>& counts, double width_seconds, std::size_t fold) {
  const double point_seconds = width_seconds * static_cast<double>(fold);
  const bool by_second = point_seconds >= rate_window_seconds;
  const std::vector<double> rates = by_second ? window_rates(counts, width_seconds) : std::vector<double>{};
  std::vector<double> points((counts.size() + fold - 1) / fold);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    double& point = points[i / fold];
    if (by_second) {
      point = std::max(point, rates[i]);
    } else {
      point += static_cast<double>(counts[i]) / point_seconds;
    }
  }
  return points;
}

std::vector<double> online_points(const Weather& weather, std::optional<RegionIndex> region, std::size_t fold) {
  const std::vector<std::int64_t> online = online_curve(weather, region);
  std::vector<double> points;
  for (std::size_t i = 0; i < online.size(); i += fold)
    points.push_back(static_cast<double>(online[std::min(i + fold, online.size()) - 1]));
  return points;
}

void write_charts(HtmlWriter& html, const Weather& weather, std::optional<RegionIndex> region) {
  const std::size_t fold = fold_of(weather);
  const double width = weather.width_seconds();
  const auto line = [&](std::string label, std::string color, WeatherKind kind) {
    return ChartLine{std::move(label), std::move(color), rate_points(weather.curve(kind, region), width, fold)};
  };
  const double seconds = width * static_cast<double>(fold);
  html.raw("<div class=\"charts\">");
  append_chart(html, {.title = "Online",
                      .unit = {},
                      .seconds_per_point = seconds,
                      .lines = {{"devices", "online", online_points(weather, region, fold)}}});
  append_chart(html,
               {.title = "Connects a second",
                .unit = "/s",
                .seconds_per_point = seconds,
                .lines = {line("connects", "connects", WeatherKind::connects), line("failed", "failures", WeatherKind::connect_failures),
                          line("disconnects", "disconnects", WeatherKind::disconnects), line("moves", "moves", WeatherKind::moves)}});
  append_chart(
      html, {.title = "Bootstraps a second",
             .unit = "/s",
             .seconds_per_point = seconds,
             .lines = {line("answered", "bootstraps", WeatherKind::bootstraps), line("failed", "failures", WeatherKind::bootstrap_failures),
                       line("power-ons", "arrivals", WeatherKind::arrivals)}});
  html.raw("</div>\n");
}

void write_burst(HtmlWriter& html, std::string_view what, const Burst& burst) {
  if (burst.total == 0) return;
  html.figure(per_second_text(burst.peak_per_second),
              fmt::format("{} at the peak, at {}; {:.1f} times the mean, above half of it for {}", what,
                          seconds_text(burst.peak_at_seconds), burst.peak_to_mean, seconds_text(burst.half_height_seconds)));
}

void write_storm(HtmlWriter& html, const Storm& storm) {
  html.begin_figures();
  write_burst(html, "connect tries", storm.connect_tries);
  write_burst(html, "bootstrap tries", storm.bootstrap_tries);
  write_burst(html, "failures", storm.failures);
  if (storm.rise.devices > 0)
    html.figure(after_text(storm.rise.ninety_percent_seconds),
                fmt::format("until nine in ten of {} were up; half of them: {}", count_text(storm.rise.devices),
                            after_text(storm.rise.half_seconds)));
  if (storm.fall)
    html.figure(
        after_text(storm.fall->back.ninety_percent_seconds),
        fmt::format("until nine in ten of {} lost after {} were made up for; half of them: {}", count_text(storm.fall->back.devices),
                    seconds_text(storm.fall->began_seconds), after_text(storm.fall->back.half_seconds)));
  html.end_figures();
}

/// What all of a group show together first, for they are of one firmware; then what each shows alone.
void write_backoff_rows(HtmlWriter& html, const std::string& group, const std::string& endpoint, const BackoffTally& tally) {
  const bool has_several = tally.devices_followed() > 1;
  if (has_several) html.row({group, endpoint, backoff_class_text(tally.together()), count_text(tally.devices_followed()) + " together"});
  for (std::size_t i = 0; i < backoff_class_count; ++i) {
    if (tally.devices[i] == 0) continue;
    const std::string alone = backoff_class_text(backoff_class_at(i));
    html.row(has_several ? std::vector<std::string>{"", "", alone, count_text(tally.devices[i]) + " alone"}
                         : std::vector<std::string>{group, endpoint, alone, count_text(tally.devices[i])});
  }
  if (tally.failures_not_followed > 0) html.row({group, endpoint, "not followed (failures)", count_text(tally.failures_not_followed)});
}

void write_backoff(HtmlWriter& html, const RunResult& result) {
  html.element("h2", "How devices wait between tries");
  if (result.weather.backoff.empty()) {
    html.element("p class=\"faint\"", "No try failed and no connection was lost: nothing was waited for.");
    return;
  }
  html.element("p class=\"faint\"",
               "Read off the gaps between a failure and the next try: from all of a group together, and from each device alone.");
  html.begin_table({"Group", "Endpoint", "Back-off", "Devices"});
  for (const auto& [place, tally] : result.weather.backoff)
    write_backoff_rows(html, std::string{name_at(result.tag_names.groups, place.group)}, std::string{retry_leg_name(place.leg)}, tally);
  html.end_table();
}

void write_projection(HtmlWriter& html, const RunResult& result) {
  const ProjectionQuestion& question = result.projection;
  std::string parts;
  HtmlWriter inner{parts};
  for (const auto& [place, tally] : result.weather.backoff) {
    const auto projected = project(tally, question);
    if (!projected) continue;
    inner.element("h3", fmt::format("{}: {}", name_at(result.tag_names.groups, place.group), retry_leg_name(place.leg)));
    inner.begin_figures();
    inner.figure(per_second_text(projected->peak_per_second),
                 fmt::format("tries at the peak, {} into the outage", seconds_text(projected->peak_at_seconds)));
    inner.figure(per_second_text(projected->peak_after_return_per_second), "tries at the peak after its return");
    inner.figure(projected->back_99_seconds ? seconds_text(*projected->back_99_seconds) : "too long to compute",
                 "until 99 in 100 are back");
    inner.figure(count_text(static_cast<std::uint64_t>(projected->tries)), "tries until then");
    inner.end_figures();
  }
  if (parts.empty()) return;
  html.element("h2", "If the whole fleet behaved so");
  html.element(
      "p class=\"faint\"",
      fmt::format("{} devices that wait as those of a group did, an outage of {}, and an endpoint that then takes {} a second. Expected "
                  "values from the waits that were observed; sim/weather/README.md has the method.",
                  count_text(question.devices), seconds_text(question.outage_seconds), decimal_text(question.capacity_per_second)));
  html.raw(parts);
}

}  // namespace

void write_weather(HtmlWriter& html, const RunResult& result) {
  html.element("h2", "Weather");
  if (result.weather.empty()) {
    html.element("p class=\"faint\"", "Nothing happened.");
    return;
  }
  html.element("h3", "The whole fleet");
  write_charts(html, result.weather, std::nullopt);
  write_storm(html, storm_of(result.weather, std::nullopt));
  for (const RegionIndex region : result.weather.regions()) {
    const Storm storm = storm_of(result.weather, region);
    if (storm.connect_tries.total + storm.bootstrap_tries.total == 0) continue;  // power-ons alone: the whole fleet shows them
    html.element("h3", region_text(result, region));
    write_charts(html, result.weather, region);
    write_storm(html, storm);
  }
  write_backoff(html, result);
  write_projection(html, result);
}

}  // namespace fleetsim::sim
