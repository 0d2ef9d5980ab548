#include "sim/config/platform_reader.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "sim/config/platform_parts.hpp"
#include "sim/config/reader.hpp"
#include "sim/config/text_file.hpp"
#include "sim/config/yaml_document.hpp"

namespace fleetsim::sim {
namespace {

std::optional<Node> load_tree(const std::string& path, const Position& wanted_at, Diagnostics& diagnostics) {
  const std::optional<std::string> text = read_text_file(path, {.wanted_at = wanted_at, .bytes_max = yaml_bytes_max}, diagnostics);
  if (!text) return std::nullopt;
  return parse_yaml(*text, diagnostics.add_file(path), diagnostics);
}

}  // namespace

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string{} : path.substr(0, slash == 0 ? 1 : slash);
}

std::string path_from(const std::string& folder, const std::string& name) {
  if (name.empty() || name.front() == '/' || folder.empty()) return name;
  return folder.back() == '/' ? folder + name : folder + '/' + name;
}

std::optional<platform::PlatformConfig> load_platform(const std::string& path, const Settings& settings, Diagnostics& diagnostics) {
  std::optional<Node> root = load_tree(path, {diagnostics.add_file(path), 0, 0}, diagnostics);
  if (!root) return std::nullopt;
  if (root->kind != Node::Kind::map) {
    diagnostics.error(root->at, fmt::format("expected a platform, which is a map of names and values, found {}", describe(root->kind)));
    return std::nullopt;
  }
  resolve_variables(*root, settings, UnknownSetting::error, diagnostics);
  platform::PlatformConfig config = read_platform(*root, {.path = {}, .folder = folder_of(path)}, diagnostics);
  if (diagnostics.failed()) return std::nullopt;
  return config;
}

std::optional<Node> resolve_platform_node(const Node& node, const std::string& folder, const Settings& scenario_values,
                                          Diagnostics& diagnostics) {
  const Node* file = node.kind == Node::Kind::scalar ? &node : node.find("file");
  if (file == nullptr) return node;
  if (file->kind != Node::Kind::scalar) {
    diagnostics.error(file->at, fmt::format("platform.file: expected a file name, found {}", show(*file)));
    return std::nullopt;
  }
  const std::string path = path_from(folder, file->text);
  std::optional<Node> loaded = load_tree(path, file->at, diagnostics);
  if (!loaded) return std::nullopt;
  resolve_variables(*loaded, scenario_values, UnknownSetting::ignore, diagnostics);
  // Relative names in that file are relative to that file.
  for (const auto& [part, key] : platform_file_names()) {
    Node* map = loaded->find(part);
    if (Node* name = map != nullptr ? map->find(key) : nullptr; name != nullptr && name->kind == Node::Kind::scalar && !name->text.empty())
      name->text = path_from(folder_of(file->text), name->text);
  }
  if (node.kind == Node::Kind::scalar || loaded->kind != Node::Kind::map) return loaded;
  for (const Node& own : node.children) {
    if (own.key == "file") continue;
    if (Node* theirs = loaded->find(own.key))
      *theirs = own;
    else
      loaded->children.push_back(own);
  }
  return loaded;
}

platform::PlatformConfig read_platform(const Node& root, const PlatformPlace& place, Diagnostics& diagnostics) {
  platform::PlatformConfig config;
  MapReader reader{root, place.path, diagnostics};
  reader.whole("schema_version", config.schema_version, {.min = 1, .max = 1});
  std::string ignored;
  reader.text("name", ignored);
  reader.text("description", ignored, {.bytes_min = 0, .bytes_max = 4096});
  read_accounts(reader, config);
  read_regions(reader, config);
  read_bootstrap(reader, config);
  read_management(reader, config);
  read_metrics(reader, config);
  read_instances(reader, config);
  read_products(reader, config);
  read_geo(reader, place, config);
  read_limits(reader, config);
  read_api(reader, config);
  read_rules(reader, place, config);
  read_misbehaviour(reader, config);
  reader.finish();
  check_listeners(reader, config);
  // The platform's own inspection, for what no reader above has seen.
  if (!diagnostics.failed())
    for (const platform::ConfigProblem& problem : platform::problems_of(config))
      diagnostics.error(root.at, fmt::format("{}: {}", reader.path_of(problem.path), problem.message));
  return config;
}

}  // namespace fleetsim::sim
