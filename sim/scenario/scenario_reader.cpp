#include "sim/scenario/scenario_reader.hpp"

#include <fmt/format.h>

#include "sim/config/platform_parts.hpp"
#include "sim/config/platform_reader.hpp"
#include "sim/config/suggest.hpp"
#include "sim/config/text_file.hpp"
#include "sim/config/yaml_document.hpp"
#include "sim/scenario/scenario_parts.hpp"

namespace fleetsim::sim {
namespace {

constexpr Choice<WorldKind> world_choices[] = {
    {"sockets", WorldKind::sockets}, {"virtual", WorldKind::virtual_time}, {"external", WorldKind::external}};
constexpr std::uint32_t threads_max = 256;

void read_generator(MapReader& reader, Scenario& scenario) {
  const Node* node = reader.find("generator");
  if (node == nullptr) return;
  MapReader generator{*node, "generator", reader.diagnostics()};
  generator.share("late_share_max", scenario.late_share_max);
  generator.duration("loop_lag_p99_max", scenario.loop_lag_p99_max, {.min = Duration{1000}});
  generator.finish();
}

/// What the scenario's own platform would do wrong, the one that stands for it is told to do.
void take_misbehaviour(const Node& node, ScenarioContext& context) {
  const std::optional<Node> tree = resolve_platform_node(node, context.folder, context.scenario.vars, context.diagnostics);
  if (!tree) return;
  MapReader reader{*tree, "platform", context.diagnostics};
  platform::PlatformConfig rules;
  read_misbehaviour(reader, rules);
  context.scenario.external.misbehaviour = std::move(rules.misbehaviour);
}

/// The platform of world `sockets`. Returns whether there is one to check names against.
bool read_platform_part(MapReader& reader, ScenarioContext& context) {
  const Node* node = reader.find("platform");
  if (context.elsewhere != nullptr) {
    if (node != nullptr) take_misbehaviour(*node, context);
    return false;  // else the scenario's own stays out of it
  }
  if (context.scenario.world == WorldKind::external) {
    if (node != nullptr) reader.error(node->at, "platform", "world external brings its own platform; describe it in `external`");
    return false;
  }
  if (node == nullptr) {
    reader.error(reader.at(), "platform", "missing: world sockets needs a platform, or the name of a platform file");
    return false;
  }
  const std::optional<Node> tree = resolve_platform_node(*node, context.folder, context.scenario.vars, context.diagnostics);
  if (!tree) return false;
  context.scenario.platform = read_platform(*tree, {.path = "platform", .folder = context.folder}, context.diagnostics);
  return !context.scenario.platform.instances.empty();
}

/// The file whose keys stand for those of `external`.
std::optional<Node> read_elsewhere(const std::string& path, Diagnostics& diagnostics) {
  const std::uint16_t file = diagnostics.add_file(path);
  const std::optional<std::string> text = read_text_file(path, {.wanted_at = {file, 0, 0}, .bytes_max = yaml_bytes_max}, diagnostics);
  if (!text) return std::nullopt;
  std::optional<Node> root = parse_yaml(*text, file, diagnostics);
  if (root && root->kind != Node::Kind::map) {
    diagnostics.error(root->at, fmt::format("expected what a scenario has under `external`, found {}", describe(root->kind)));
    return std::nullopt;
  }
  return root;
}

void read_top(MapReader& reader, Scenario& scenario) {
  reader.whole("schema_version", scenario.schema_version, {.min = 1, .max = 1});
  reader.text("name", scenario.name, {.bytes_min = 1, .bytes_max = 100});
  reader.text("description", scenario.description, {.bytes_min = 0, .bytes_max = 4096});
  reader.choice("world", scenario.world, world_choices);
  reader.seed("seed", scenario.seed);
  reader.whole("threads", scenario.threads, {.min = 0, .max = threads_max});
  reader.whole("connects_in_flight", scenario.connects_in_flight, {.min = 1, .max = 100'000});
  reader.duration("duration_max", scenario.duration_max, {.min = std::chrono::seconds{1}, .max = std::chrono::hours{240}});
}

}  // namespace

bool ScenarioContext::has_instance(std::string_view id) const {
  for (const auto& instance : platform->instances)
    if (instance.id.view() == id) return true;
  return false;
}

bool ScenarioContext::has_product(std::string_view key) const {
  for (const auto& product : platform->products)
    if (product.key.view() == key) return true;
  return false;
}

bool ScenarioContext::has_group(std::string_view name) const {
  for (const FleetGroup& group : scenario.groups)
    if (group.name == name) return true;
  return false;
}

std::string ScenarioContext::no_instance(std::string_view id) const {
  std::vector<std::string_view> known;
  for (const auto& instance : platform->instances) known.push_back(instance.id.view());
  return no_such_word("instance", id, known);
}

std::string ScenarioContext::no_product(std::string_view key) const {
  std::vector<std::string_view> known;
  for (const auto& product : platform->products) known.push_back(product.key.view());
  return no_such_word("product", key, known);
}

std::string ScenarioContext::no_group(std::string_view name) const {
  std::vector<std::string_view> known;
  for (const FleetGroup& group : scenario.groups) known.push_back(group.name);
  return no_such_word("group", name, known);
}

std::optional<Scenario> load_scenario(const std::string& path, const Settings& settings, Diagnostics& diagnostics,
                                      const std::string& external_file) {
  const Position whole_file{diagnostics.add_file(path), 0, 0};
  const std::optional<std::string> text = read_text_file(path, {.wanted_at = whole_file, .bytes_max = yaml_bytes_max}, diagnostics);
  if (!text) return std::nullopt;
  return read_scenario(*text, path, settings, diagnostics, external_file);
}

std::optional<Scenario> read_scenario(std::string_view text, const std::string& path, const Settings& settings, Diagnostics& diagnostics,
                                      const std::string& external_file) {
  std::optional<Node> root = parse_yaml(text, diagnostics.add_file(path), diagnostics);
  if (!root) return std::nullopt;
  if (root->kind != Node::Kind::map) {
    diagnostics.error(root->at, fmt::format("expected a scenario, which is a map of names and values, found {}", describe(root->kind)));
    return std::nullopt;
  }
  Scenario scenario;
  scenario.file = path;
  scenario.vars = resolve_variables(*root, settings, UnknownSetting::error, diagnostics);

  ScenarioContext context{.scenario = scenario, .folder = folder_of(path), .platform = nullptr, .diagnostics = diagnostics};
  MapReader reader{*root, {}, diagnostics};
  scenario.name = path.substr(path.rfind('/') + 1);
  if (const std::size_t dot = scenario.name.rfind('.'); dot != std::string::npos && dot > 0) scenario.name.resize(dot);
  read_top(reader, scenario);
  std::optional<Node> elsewhere;
  if (!external_file.empty()) {
    elsewhere = read_elsewhere(external_file, diagnostics);
    if (!elsewhere) return std::nullopt;
    scenario.world = WorldKind::external;
    context.elsewhere = &*elsewhere;
  }
  if (read_platform_part(reader, context)) context.platform = &scenario.platform;
  read_external(reader, context);
  read_groups(reader, context);
  read_faults(reader, context);
  read_random_faults(reader, context);
  read_steps(reader, context);
  read_thresholds(reader, context);
  read_network(reader, context);
  read_generator(reader, scenario);
  reader.find("vars");
  reader.finish();
  scenario.secret_vars = diagnostics.secret_variables();
  if (diagnostics.failed()) return std::nullopt;
  return scenario;
}

const Step* read_step_text(std::string_view text, const std::string& path, Scenario& scenario, Diagnostics& diagnostics) {
  std::optional<Node> step = parse_yaml(text, diagnostics.add_file(path), diagnostics);
  if (!step) return nullptr;
  ScenarioContext context{.scenario = scenario, .folder = folder_of(scenario.file), .platform = nullptr, .diagnostics = diagnostics};
  if (scenario.world != WorldKind::external) context.platform = &scenario.platform;
  const std::size_t before = scenario.steps.size();
  read_step(*step, before, context);
  if (!diagnostics.failed()) return &scenario.steps.back();
  scenario.steps.erase(scenario.steps.begin() + static_cast<std::ptrdiff_t>(before), scenario.steps.end());
  return nullptr;
}

std::optional<FileKind> file_kind(const std::string& path, Diagnostics& diagnostics) {
  const std::uint16_t file = diagnostics.add_file(path);
  const std::optional<std::string> text = read_text_file(path, {.wanted_at = {file, 0, 0}, .bytes_max = yaml_bytes_max}, diagnostics);
  if (!text) return std::nullopt;
  Diagnostics reported_when_it_is_read;
  const std::optional<Node> root = parse_yaml(*text, reported_when_it_is_read.add_file(path), reported_when_it_is_read);
  const bool fleet = root && (root->find("groups") != nullptr || root->find("steps") != nullptr || root->find("platform") != nullptr);
  const bool place = root && (root->find("regions") != nullptr || root->find("instances") != nullptr);
  return place && !fleet ? FileKind::platform : FileKind::scenario;
}

}  // namespace fleetsim::sim
