#include "sim/report/json_weather.hpp"

#include "sim/weather/storm.hpp"

namespace fleetsim::sim {
namespace {

void write_seconds(JsonWriter& json, std::string_view name, const std::optional<double>& seconds) {
  json.key(name);
  if (seconds)
    json.value(*seconds);
  else
    json.null();
}

void write_burst(JsonWriter& json, std::string_view name, const Burst& burst) {
  json.key(name);
  json.begin_object();
  json.field("total", burst.total);
  json.field("peak_per_second", burst.peak_per_second);
  json.field("peak_at_seconds", burst.peak_at_seconds);
  json.field("mean_per_second", burst.mean_per_second);
  json.field("peak_to_mean", burst.peak_to_mean);
  json.field("half_height_seconds", burst.half_height_seconds);
  json.end_object();
}

void write_spread(JsonWriter& json, const Spread& spread) {
  json.field("from_seconds", spread.from_seconds);
  json.field("devices", spread.devices);
  write_seconds(json, "half_seconds", spread.half_seconds);
  write_seconds(json, "ninety_percent_seconds", spread.ninety_percent_seconds);
}

void write_storm(JsonWriter& json, const Storm& storm) {
  write_burst(json, "bootstrap_tries", storm.bootstrap_tries);
  write_burst(json, "connect_tries", storm.connect_tries);
  write_burst(json, "failures", storm.failures);
  json.key("rise");
  json.begin_object();
  write_spread(json, storm.rise);
  json.end_object();
  json.key("fall");
  if (!storm.fall) {
    json.null();
    return;
  }
  json.begin_object();
  json.field("began_seconds", storm.fall->began_seconds);
  write_spread(json, storm.fall->back);
  json.end_object();
}

void write_projected(JsonWriter& json, const std::optional<Projection>& projected) {
  json.key("projection");
  if (!projected) {
    json.null();
    return;
  }
  json.begin_object();
  json.field("peak_per_second", projected->peak_per_second);
  json.field("peak_at_seconds", projected->peak_at_seconds);
  json.field("peak_after_return_per_second", projected->peak_after_return_per_second);
  write_seconds(json, "back_99_seconds", projected->back_99_seconds);
  json.field("tries", projected->tries);
  json.field("step_seconds", projected->step_seconds);
  json.end_object();
}

void write_backoff(JsonWriter& json, const RunResult& result) {
  json.key("backoff");
  json.begin_array();
  for (const auto& [place, tally] : result.weather.backoff) {
    json.begin_object();
    json.field("group", name_at(result.tag_names.groups, place.group));
    json.field("endpoint", retry_leg_name(place.leg));
    json.key("classes");
    json.begin_array();
    for (std::size_t i = 0; i < backoff_class_count; ++i) {
      if (tally.devices[i] == 0) continue;
      const BackoffClass one = backoff_class_at(i);
      json.begin_object();
      json.field("shape", backoff_shape_name(one.shape));
      json.field("jitter", one.jitter);
      json.field("capped", one.capped);
      json.field("devices", tally.devices[i]);
      json.end_object();
    }
    json.end_array();
    const BackoffClass together = tally.together();
    json.key("together");
    json.begin_object();
    json.field("shape", backoff_shape_name(together.shape));
    json.field("jitter", together.jitter);
    json.field("capped", together.capped);
    json.end_object();
    json.field("failures_not_followed", tally.failures_not_followed);
    write_projected(json, project(tally, result.projection));
    json.end_object();
  }
  json.end_array();
}

}  // namespace

void write_weather(JsonWriter& json, const RunResult& result) {
  json.key("weather");
  json.begin_object();
  json.field("bucket_seconds", result.weather.width_seconds());
  json.key("fleet");
  json.begin_object();
  write_storm(json, storm_of(result.weather, std::nullopt));
  json.end_object();
  json.key("regions");
  json.begin_array();
  for (const RegionIndex region : result.weather.regions()) {
    json.begin_object();
    json.field("region", name_at(result.tag_names.regions, region));
    write_storm(json, storm_of(result.weather, region));
    json.end_object();
  }
  json.end_array();
  write_backoff(json, result);
  json.key("projected");
  json.begin_object();
  json.field("devices", result.projection.devices);
  json.field("outage_seconds", result.projection.outage_seconds);
  json.field("capacity_per_second", result.projection.capacity_per_second);
  json.end_object();
  json.end_object();
}

}  // namespace fleetsim::sim
