#include <filesystem>
#include <gtest/gtest.h>
#include <string>

#include "sim/config/yaml_document.hpp"
#include "sim/scenario/whole_paths.hpp"

namespace fleetsim::sim {
namespace {

Node tree_of(const std::string& text) {
  Diagnostics diagnostics;
  auto root = parse_yaml(text, diagnostics.add_file("scenario.yaml"), diagnostics);
  EXPECT_TRUE(root) << text;
  return root.value_or(Node{});
}

std::string at(Node& root, std::initializer_list<std::string_view> path) {
  Node* node = &root;
  for (const std::string_view key : path)
    if (node = node->find(key); node == nullptr) return "(none)";
  return node->text;
}

TEST(WholePaths, EveryFileThatAScenarioNamesIsFoundFromElsewhere) {
  Node root = tree_of(R"(
platform: {file: platform.yaml, geo: {database: geo/country.mmdb}, tls: {ca_file: ../ca.pem}}
external: {ca_file: other.pem}
groups:
  meters: {devices: {from: devices.csv}}
  valves: {devices: 3}
)");
  put_whole_paths(root, "/home/fleet");
  EXPECT_EQ(at(root, {"platform", "file"}), "/home/fleet/platform.yaml");
  EXPECT_EQ(at(root, {"platform", "geo", "database"}), "/home/fleet/geo/country.mmdb");
  EXPECT_EQ(at(root, {"platform", "tls", "ca_file"}), "/home/ca.pem");
  EXPECT_EQ(at(root, {"external", "ca_file"}), "/home/fleet/other.pem");
  EXPECT_EQ(at(root, {"groups", "meters", "devices", "from"}), "/home/fleet/devices.csv");
  EXPECT_EQ(at(root, {"groups", "valves", "devices"}), "3");
}

TEST(WholePaths, APlatformMayBeNothingButAFile) {
  Node root = tree_of("platform: platform.yaml\n");
  put_whole_paths(root, "here");
  EXPECT_EQ(at(root, {"platform"}), (std::filesystem::current_path() / "here/platform.yaml").string());
}

TEST(WholePaths, WhatIsWholeAlreadyOrBeginsWithAVariableStaysAsItIs) {
  Node root = tree_of("platform: {file: /etc/platform.yaml}\ngroups: {meters: {devices: {from: \"${list}\"}}}\n");
  put_whole_paths(root, "/home/fleet");
  EXPECT_EQ(at(root, {"platform", "file"}), "/etc/platform.yaml");
  EXPECT_EQ(at(root, {"groups", "meters", "devices", "from"}), "${list}");
}

TEST(WholePaths, ATreeThatIsNoScenarioIsLeftAlone) {
  for (const char* const text : {"platform: [a]\n", "groups: {meters: 3}\n", "external: yes\n", "groups: [1, 2]\n"}) {
    Node root = tree_of(text);
    put_whole_paths(root, "/home/fleet");
  }
}

}  // namespace
}  // namespace fleetsim::sim
