#include "sim/config/node.hpp"

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
