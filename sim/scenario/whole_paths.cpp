#include "sim/scenario/whole_paths.hpp"

#include <filesystem>
#include <string_view>

#include "sim/config/platform_parts.hpp"
#include "sim/config/platform_reader.hpp"

namespace fleetsim::sim {
namespace {

void make_whole(Node* name, const std::string& folder) {
  if (name == nullptr || name->kind != Node::Kind::scalar || name->text.empty() || name->text.starts_with("${")) return;
  name->text = std::filesystem::absolute(path_from(folder, name->text)).lexically_normal().string();
}

void make_whole(Node* map, std::string_view key, const std::string& folder) {
  if (map != nullptr && map->kind == Node::Kind::map) make_whole(map->find(key), folder);
}

}  // namespace

void put_whole_paths(Node& scenario, const std::string& folder) {
  if (Node* const platform = scenario.find("platform")) {
    make_whole(platform, folder);  // when it is nothing but the name of a file
    make_whole(platform, "file", folder);
    if (platform->kind == Node::Kind::map)
      for (const auto& [part, key] : platform_file_names()) make_whole(platform->find(part), key, folder);
  }
  make_whole(scenario.find("external"), "ca_file", folder);
  Node* const groups = scenario.find("groups");
  if (groups == nullptr) return;
  for (Node& group : groups->children)
    if (group.kind == Node::Kind::map) make_whole(group.find("devices"), "from", folder);
}

}  // namespace fleetsim::sim
