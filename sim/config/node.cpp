#include "sim/config/node.hpp"

#include <utility>

namespace fleetsim::sim {

const Node* Node::find(std::string_view name) const {
  if (kind != Kind::map) return nullptr;
  for (const Node& child : children)
    if (child.key == name) return &child;
  return nullptr;
}

Node* Node::find(std::string_view name) {
  if (kind != Kind::map) return nullptr;
  for (Node& child : children)
    if (child.key == name) return &child;
  return nullptr;
}

Node map_of_one(const Node& value, std::string_view key) {
  if (value.kind != Node::Kind::scalar) return value;
  Node map;
  map.kind = Node::Kind::map;
  map.at = value.at;
  Node child = value;
  child.key = key;
  child.key_at = value.at;
  map.children.push_back(std::move(child));
  return map;
}

std::string_view describe(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      return "a text";
    case Node::Kind::sequence:
      return "a list";
    case Node::Kind::map:
      return "a map";
  }
  return "";
}

}  // namespace fleetsim::sim
