#include "sim/events/event_line.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>
#include <iterator>

#include "sim/report/json_writer.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::int64_t ticks_per_second = 1'000'000;

void append_field(std::string& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  out += ",\"";
  out += name;
  out += "\":";
  append_json_text(out, text);
}

}  // namespace

std::string_view side_name(EventSide side) {
  switch (side) {
    case EventSide::device:
      return "device";
    case EventSide::platform:
      return "platform";
    case EventSide::run:
      return "run";
  }
  return "";
}

std::string event_header_line(std::string_view scenario, std::uint64_t seed) {
  std::string out;
  JsonWriter json{out};
  json.begin_object();
  json.field("schema_version", events_schema_version);
  json.field("scenario", scenario);
  json.field("seed", seed);
  json.end_object();
  out += '\n';
  return out;
}

void append_event_line(std::string& out, const RunEvent& event) {
  const std::int64_t at = event.at.time_since_epoch().count();
  const std::int64_t positive = at < 0 ? -at : at;
  fmt::format_to(std::back_inserter(out), FMT_COMPILE("{{\"t\":{}{}.{:06}"), at < 0 ? "-" : "", positive / ticks_per_second,
                 positive % ticks_per_second);
  append_field(out, "side", side_name(event.side));
  append_field(out, "kind", event.kind);
  append_field(out, "group", event.group);
  append_field(out, "device", event.device);
  append_field(out, "instance", event.instance);
  append_field(out, "region", event.region);
  append_field(out, "address", event.address);
  append_field(out, "detail", event.detail);
  if (event.code != 0) fmt::format_to(std::back_inserter(out), FMT_COMPILE(",\"code\":{}"), event.code);
  out += "}\n";
}

}  // namespace fleetsim::sim
