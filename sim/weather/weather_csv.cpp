#include "sim/weather/weather_csv.hpp"

#include <fmt/format.h>
#include <iterator>

namespace fleetsim::sim {
namespace {

/// Quoted where it must be.
std::string csv_text(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string{text};
  std::string quoted{'"'};
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  quoted += '"';
  return quoted;
}

}  // namespace

std::string weather_csv(const Weather& weather, const TagNames& names) {
  std::string out = "start_seconds,width_seconds,region,group";
  for (std::size_t kind = 0; kind < weather_kind_count; ++kind) {
    out += ',';
    out += weather_kind_name(static_cast<WeatherKind>(kind));
  }
  out += '\n';
  const std::size_t length = weather.length();
  for (std::size_t i = 0; i < length; ++i) {
    const Instant start = weather.origin + weather.width * static_cast<Duration::rep>(i);
    for (const auto& [place, counts] : weather.buckets) {
      if (i >= counts.size() || counts[i] == WeatherCounts{}) continue;
      fmt::format_to(std::back_inserter(out), "{},{},{},{}", std::chrono::duration<double>(start.time_since_epoch()).count(),
                     weather.width_seconds(), csv_text(name_at(names.regions, place.region)), csv_text(name_at(names.groups, place.group)));
      for (const std::uint32_t count : counts[i]) fmt::format_to(std::back_inserter(out), ",{}", count);
      out += '\n';
    }
  }
  return out;
}

}  // namespace fleetsim::sim
