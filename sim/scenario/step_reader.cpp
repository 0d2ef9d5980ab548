// `steps:` of a scenario: a list, each item the name of a step, or a map of that one name and its settings.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/config/suggest.hpp"
#include "sim/config/units.hpp"
#include "sim/scenario/scenario_parts.hpp"
#include "sim/scenario/scenario_words.hpp"

namespace fleetsim::sim {
namespace {

using StepReader = StepAction (*)(MapReader& step, ScenarioContext& context);

constexpr std::size_t steps_max = 1000;
constexpr DurationRange timeout_range{.min = std::chrono::milliseconds{1}, .max = std::chrono::hours{24}};

StepAction read_bring_online(MapReader& step, ScenarioContext& context) {
  BringOnline out;
  read_group_names(step, context, out.groups);
  step.duration("timeout", out.timeout, timeout_range);
  return out;
}

StepAction read_publish(MapReader& step, ScenarioContext& context) {
  PublishStep out;
  read_group_names(step, context, out.groups);
  step.whole("count", out.count, {.min = 1, .max = 1'000'000});
  step.whole("qos", out.qos, {.min = 0, .max = 1});
  step.duration("timeout", out.timeout, timeout_range);
  return out;
}

void check_targets(MapReader& step, const ScenarioContext& context, const DistributeStep& out) {
  const std::string_view key = step.has("target") ? "target" : "targets";
  if (out.policy == platform::Policy::region && out.targets.size() > 1)
    step.error(step.at(key), key,
               fmt::format("policy region takes exactly one target, found {}; for several say policy: nearest_access", out.targets.size()));
  std::vector<std::string> seen;
  for (const std::string& target : out.targets) {
    if (std::find(seen.begin(), seen.end(), target) != seen.end())
      step.error(step.at(key), key, fmt::format("\"{}\" stands here twice", target));
    seen.push_back(target);
    if (context.platform != nullptr && !context.has_instance(target)) step.error(step.at(key), key, context.no_instance(target));
    if (out.policy == platform::Policy::region && target == out.source && !step.has("target_account"))
      step.error(step.at(key), key, fmt::format("source and target are the same instance, \"{}\"", target));
  }
}

StepAction read_distribute(MapReader& step, ScenarioContext& context) {
  static constexpr Choice<platform::Policy> policies[] = {{"region", platform::Policy::region},
                                                          {"nearest_access", platform::Policy::nearest_access}};
  DistributeStep out;
  step.text("name", out.name, {.bytes_min = 1, .bytes_max = 100});
  read_group_names(step, context, out.groups);
  if (step.require("source") != nullptr && step.text("source", out.source) && context.platform != nullptr &&
      !context.has_instance(out.source))
    step.error(step.at("source"), "source", context.no_instance(out.source));
  step.choice("policy", out.policy, policies);
  std::string target;
  const bool one = step.text("target", target);
  const bool several = step.texts("targets", out.targets);
  if (one && several) step.error(step.at("target"), "target", "target or targets, not both");
  if (one && !several) out.targets = {target};
  if (!step.has("target") && !step.has("targets")) step.error(step.at(), "target", "missing");
  check_targets(step, context, out);
  step.whole("batch", out.batch, {.min = 1, .max = 1'000'000});
  if (context.platform != nullptr && context.platform->limits.mode == platform::LimitsMode::documented &&
      out.batch > context.platform->limits.devices_per_job)
    step.error(
        step.at("batch"), "batch",
        fmt::format("the platform takes {} devices a job at most, unless limits: unlimited", context.platform->limits.devices_per_job));
  step.duration("interval", out.interval);
  read_recipient(step, context, out);
  if (context.scenario.world == WorldKind::external && context.scenario.external.management.host.empty())
    step.error(step.at(), "source",
               "distribute in world external goes through the platform's management API: describe it in external.management");
  return out;
}

StepAction read_wait_until(MapReader& step, ScenarioContext& context) {
  static constexpr Choice<WaitUntil::What> whats[] = {
      {"online", WaitUntil::What::online}, {"moved", WaitUntil::What::moved}, {"acknowledged", WaitUntil::What::acknowledged}};
  WaitUntil out;
  step.require("what");
  step.choice("what", out.what, whats);
  step.share("share", out.share);
  read_group_names(step, context, out.groups);
  if (out.what == WaitUntil::What::acknowledged && !out.groups.empty())
    context.diagnostics.warning(step.at("groups"),
                                fmt::format("{}: acknowledged counts the publishes of all groups", step.path_of("groups")));
  step.duration("timeout", out.timeout, timeout_range);
  return out;
}

StepAction read_power_off(MapReader& step, ScenarioContext& context) {
  PowerOffStep out;
  read_group_names(step, context, out.groups);
  step.flag("cut", out.cut);
  step.duration("timeout", out.timeout, timeout_range);
  return out;
}

StepAction read_sleep(MapReader& step, ScenarioContext&) {
  Sleep out;
  if (step.require("duration") != nullptr) step.duration("duration", out.duration);
  return out;
}

StepAction read_end_run(MapReader&, ScenarioContext&) { return EndRun{}; }

StepAction read_probe(MapReader& step, ScenarioContext& context) {
  ProbeStep out;
  read_group_names(step, context, out.groups);
  step.whole("sample", out.sample, {.min = 0, .max = 10'000'000});
  if (context.scenario.world == WorldKind::external && context.scenario.external.instances.empty())
    step.error(step.at(), "sample", "probe connects to every instance: say in external.instances where they are");
  return out;
}

struct KnownStep {
  std::string_view word;
  StepReader read;
  std::string_view scalar_key;  // `sleep: 5s` stands for `sleep: {duration: 5s}`; empty: no short form
  std::string_view summary;
};
constexpr std::array<KnownStep, 21> known_steps{{
    {"bring_online", read_bring_online, "", "start the groups' executors, wait until their devices are online"},
    {"publish", read_publish, "count", "every device publishes, all are acknowledged"},
    {"distribute", read_distribute, "", "jobs that hand the devices over, a batch a job"},
    {"wait_until", read_wait_until, "what", "a share of the devices is so far"},
    {"power_off", read_power_off, "", "orderly, or with cut: true by pulling the plug"},
    {"sleep", read_sleep, "duration", "time passes"},
    {"probe", read_probe, "", "valid CONNECTs at every instance; exactly one must accept"},
    {"misbehave", read_misbehave, "kind", "what the platform does wrong from here on; a kind has parameters of its own"},
    {"inject", read_inject, "kind", "a fault of links, devices or the platform from here on; a kind has settings of its own"},
    {"heal", read_heal, "names", "what misbehave, inject and faults have set is over"},
    {"retry", read_retry, "name", "jobs of that distribute step that failed or are stuck"},
    {"upgrade", read_upgrade, "", "over the air, until the devices tell the new version"},
    {"set_property", read_set_property, "", "users set them, devices post them"},
    {"report", read_report, "", "devices tell the platform of themselves"},
    {"join_group", read_join_group, "", "users put devices into a group of the platform's"},
    {"delete_devices", read_delete_devices, "", "users take devices off the platform's list"},
    {"disable_devices", read_disable_devices, "", "users shut devices out"},
    {"enable_devices", read_enable_devices, "", "users let them in again"},
    {"expect", read_expect, "", "what the platform knows of the devices"},
    {"command", read_command, "", "one device gets or loses power, publishes, or posts properties"},
    {"end_run", read_end_run, "", "the run is over, whatever still goes on"},
}};

const KnownStep* find_step(std::string_view word) {
  const auto* found = std::find_if(known_steps.begin(), known_steps.end(), [&](const KnownStep& step) { return step.word == word; });
  return found == known_steps.end() ? nullptr : found;
}

std::string unknown_step(std::string_view word) {
  std::vector<std::string_view> words;
  words.reserve(known_steps.size());
  for (const KnownStep& step : known_steps) words.push_back(step.word);
  const std::string hint = suggest(word, words);
  return fmt::format("unknown step \"{}\"{}", word, hint.empty() ? "; known are " + join_choices(words) : hint);
}

}  // namespace

void read_step(const Node& item, std::size_t index, ScenarioContext& context) {
  const std::string place = fmt::format("steps[{}]", index);
  const bool bare = item.kind == Node::Kind::scalar;
  if (!bare && (item.kind != Node::Kind::map || item.children.size() != 1)) {
    context.diagnostics.error(
        item.at, fmt::format("{}: expected one step, such as `bring_online` or `sleep: 5s`; found {}", place,
                             item.kind == Node::Kind::map ? fmt::format("a map of {} keys", item.children.size()) : show(item)));
    return;
  }
  const std::string& word = bare ? item.text : item.children.front().key;
  const KnownStep* known = find_step(word);
  if (known == nullptr) {
    context.diagnostics.error(bare ? item.at : item.children.front().key_at, fmt::format("{}: {}", place, unknown_step(word)));
    return;
  }
  Node none;
  none.kind = Node::Kind::map;
  none.at = item.at;
  const auto written = [&] {
    return known->scalar_key.empty() ? item.children.front() : map_of_one(item.children.front(), known->scalar_key);
  };
  Node settings = bare ? none : written();
  if (settings.kind == Node::Kind::null) settings.at = item.at;
  MapReader reader{settings, fmt::format("{}.{}", place, word), context.diagnostics};
  Step step;
  step.label = fmt::format("{} {}", place, word);
  step.action = known->read(reader, context);
  reader.finish();
  context.scenario.steps.push_back(std::move(step));
}

void read_group_names(MapReader& step, const ScenarioContext& context, std::vector<std::string>& out) {
  if (!step.texts("groups", out)) return;
  for (const std::string& name : out)
    if (!context.has_group(name)) step.error(step.at("groups"), "groups", context.no_group(name));
}

void read_steps(MapReader& reader, ScenarioContext& context) {
  const Node* list = reader.find("steps");
  if (list == nullptr) {
    context.scenario.steps.push_back({"bring_online", BringOnline{.groups = {}, .timeout = context.scenario.duration_max}, true});
    return;
  }
  if (list->kind != Node::Kind::sequence || list->children.empty() || list->children.size() > steps_max) {
    reader.error(list->at, "steps", fmt::format("expected a list of 1 to {} steps, found {}", steps_max, show(*list)));
    return;
  }
  for (std::size_t i = 0; i < list->children.size(); ++i) read_step(list->children[i], i, context);
}

std::vector<ScenarioWord> step_words() {
  std::vector<ScenarioWord> words;
  Node empty;
  empty.kind = Node::Kind::map;
  for (const KnownStep& known : known_steps) {
    Scenario scenario;
    Diagnostics nobody_reads_it;
    ScenarioContext context{.scenario = scenario, .folder = {}, .platform = nullptr, .diagnostics = nobody_reads_it};
    MapReader settings{empty, {}, nobody_reads_it};
    known.read(settings, context);
    words.push_back({known.word, known.summary, settings.asked()});
  }
  return words;
}

}  // namespace fleetsim::sim
