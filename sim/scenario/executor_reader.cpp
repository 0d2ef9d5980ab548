// `executor:` of a group and the keys that belong to it, in k6's words.
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>

#include "sim/config/units.hpp"
#include "sim/scenario/scenario_parts.hpp"
#include "sim/scenario/scenario_words.hpp"

namespace fleetsim::sim {
namespace {

enum class ExecutorKind : std::uint8_t { constant_fleet, ramping_fleet, constant_arrival_rate, ramping_arrival_rate, listed };
constexpr Choice<ExecutorKind> executor_kinds[] = {{"constant-fleet", ExecutorKind::constant_fleet},
                                                   {"ramping-fleet", ExecutorKind::ramping_fleet},
                                                   {"constant-arrival-rate", ExecutorKind::constant_arrival_rate},
                                                   {"ramping-arrival-rate", ExecutorKind::ramping_arrival_rate},
                                                   {"listed", ExecutorKind::listed}};
constexpr std::string_view summaries[] = {
    "all devices at once, as fast as connects_in_flight lets them", "a number of devices online that follows stages: [{duration, target}]",
    "arrivals, whether or not earlier ones are through", "arrivals whose rate follows stages: [{duration, target}], to the end of the last",
    "arrivals at the times of a list, one for each device: at: [0s, 1.5s]"};
static_assert(std::size(summaries) == std::size(executor_kinds));
constexpr std::size_t stages_max = 1000;
constexpr std::size_t listed_arrivals_max = 100'000;
constexpr Duration listed_arrival_max = std::chrono::hours{1000};
constexpr double rate_max = 1e6;

std::vector<Stage> read_stages(MapReader& group, const NumberRange& target) {
  std::vector<Stage> stages;
  const Node* list = group.require("stages");
  if (list == nullptr) return stages;
  if (list->kind != Node::Kind::sequence || list->children.empty() || list->children.size() > stages_max) {
    group.error(list->at, "stages", fmt::format("expected a list of 1 to {} stages, found {}", stages_max, show(*list)));
    return stages;
  }
  for (std::size_t i = 0; i < list->children.size(); ++i) {
    MapReader reader{list->children[i], fmt::format("{}[{}]", group.path_of("stages"), i), group.diagnostics()};
    Stage stage;
    if (reader.require("duration") != nullptr) reader.duration("duration", stage.duration);
    if (reader.require("target") != nullptr) reader.number("target", stage.target, target);
    reader.finish();
    stages.push_back(stage);
  }
  return stages;
}

/// One for each device; they may be equal, but never decrease.
std::shared_ptr<const std::vector<Duration>> read_arrivals(MapReader& group, std::uint32_t count) {
  auto arrivals = std::make_shared<std::vector<Duration>>();
  const Node* list = group.require("at");
  if (list == nullptr) return arrivals;
  if (list->kind != Node::Kind::sequence || list->children.empty() || list->children.size() > listed_arrivals_max) {
    group.error(list->at, "at", fmt::format("expected a list of 1 to {} times, found {}", listed_arrivals_max, show(*list)));
    return arrivals;
  }
  if (count > 0 && list->children.size() != count)
    group.error(list->at, "at", fmt::format("expected {} times, one for each device, found {}", count, list->children.size()));
  arrivals->reserve(list->children.size());
  for (const Node& child : list->children) {
    const std::optional<Duration> at = child.kind == Node::Kind::scalar ? parse_duration(child.text) : std::nullopt;
    const std::string key = fmt::format("at[{}]", arrivals->size());
    if (!at || *at > listed_arrival_max) {
      group.error(child.at, key,
                  fmt::format("expected a time such as 1.5s, at most {}, found {}", format_duration(listed_arrival_max), show(child)));
      return arrivals;
    }
    if (!arrivals->empty() && *at < arrivals->back()) {
      group.error(child.at, key,
                  fmt::format("{} is before the one ahead of it, {}", format_duration(*at), format_duration(arrivals->back())));
      return arrivals;
    }
    arrivals->push_back(*at);
  }
  return arrivals;
}

/// Keys of other executors are mistakes worth an explanation.
void refuse_keys(MapReader& group, std::string_view executor, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) group.refuse(key, fmt::format("the executor {} takes no {}", executor, key));
}

/// What a rate of the file is divided by.
double read_time_unit(MapReader& group) {
  Duration unit = std::chrono::seconds{1};
  group.duration("timeUnit", unit, {.min = std::chrono::milliseconds{1}, .max = std::chrono::hours{24}});
  return std::chrono::duration<double>(unit).count();
}

}  // namespace

void read_executor(MapReader& group, FleetGroup& out) {
  ExecutorKind kind = ExecutorKind::constant_fleet;
  if (group.has("executor") && !group.choice("executor", kind, executor_kinds)) {
    for (const std::string_view key : {"rate", "duration", "stages", "startRate", "timeUnit", "at"}) group.find(key);
    return;
  }
  group.find("executor");
  const NumberRange rate{.min = 0, .max = rate_max};
  switch (kind) {
    case ExecutorKind::constant_fleet: {
      ConstantFleet executor;
      group.duration("duration", executor.duration);
      refuse_keys(group, "constant-fleet", {"rate", "startRate", "timeUnit", "stages", "at"});
      out.executor = executor;
      return;
    }
    case ExecutorKind::ramping_fleet: {
      refuse_keys(group, "ramping-fleet", {"rate", "startRate", "timeUnit", "duration", "at"});
      out.executor = RampingFleet{read_stages(group, {.min = 0, .max = static_cast<double>(out.count)})};
      return;
    }
    case ExecutorKind::constant_arrival_rate: {
      ConstantArrivalRate executor;
      if (group.require("rate") != nullptr) group.number("rate", executor.rate_per_second, {.min = 0.001, .max = rate_max});
      executor.rate_per_second /= read_time_unit(group);
      refuse_keys(group, "constant-arrival-rate", {"startRate", "stages", "at"});
      // Without a duration the arrivals end when every device has arrived.
      if (executor.rate_per_second > 0) executor.duration = Duration{std::llround(std::ceil(1e6 * out.count / executor.rate_per_second))};
      group.duration("duration", executor.duration, {.min = std::chrono::milliseconds{1}});
      out.executor = executor;
      return;
    }
    case ExecutorKind::ramping_arrival_rate: {
      RampingArrivalRate executor;
      group.number("startRate", executor.start_rate_per_second, rate);
      refuse_keys(group, "ramping-arrival-rate", {"rate", "duration", "at"});
      executor.stages = read_stages(group, rate);
      const double unit = read_time_unit(group);
      executor.start_rate_per_second /= unit;
      for (Stage& stage : executor.stages) stage.target /= unit;
      out.executor = std::move(executor);
      return;
    }
    case ExecutorKind::listed:
      refuse_keys(group, "listed", {"rate", "startRate", "timeUnit", "stages", "duration"});
      out.executor = ListedArrivals{read_arrivals(group, out.count)};
      return;
  }
}

std::vector<ScenarioWord> executor_words() {
  std::vector<ScenarioWord> words;
  for (std::size_t i = 0; i < std::size(executor_kinds); ++i) {
    Node word;
    word.kind = Node::Kind::scalar;
    word.text = executor_kinds[i].word;
    const Node named = map_of_one(word, "executor");
    Diagnostics nobody_reads_it;
    MapReader group{named, {}, nobody_reads_it};
    FleetGroup out;
    read_executor(group, out);
    words.push_back({executor_kinds[i].word, summaries[i], {}});
    for (const MapReader::AskedKey& key : group.asked())
      if (!key.is_refused && key.key != "executor") words.back().settings.push_back(key);
  }
  return words;
}

}  // namespace fleetsim::sim
