// A configuration file as a tree: every value knows where it stands, so that every mistake can be shown with file, line and column.
// Made by yaml_document.hpp, changed by variables.hpp, read through reader.hpp.
//
//   if (const Node* name = root.find("name")) use(name->text, name->at);
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fleetsim::sim {

/// `file` is an index into Diagnostics' list of files; line and column count from 1, and 0 is "the file as a whole".
struct Position {
  std::uint16_t file = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct Node {
  enum class Kind : std::uint8_t { null, scalar, sequence, map };

  Kind kind = Kind::null;
  Position at;
  std::string text;                    // scalars
  bool quoted = false;                 // written in quotes: never a number or a truth value
  std::vector<std::string> variables;  // that were filled into the text
  std::vector<Node> children;          // sequences: the items; maps: the values, each with its key
  std::string key;                     // in a map
  Position key_at;

  /// The value of `name` in a map; nullptr when there is none, or when this is no map.
  const Node* find(std::string_view name) const;
  Node* find(std::string_view name);
};

/// Lets a bare value stand for a map of one: `- name` for `- {id: name}`, `sleep: 5s` for `sleep: {duration: 5s}`. Anything but a scalar
/// stays as it is.
Node map_of_one(const Node& value, std::string_view key);

/// "a map", "a list", "a text", "nothing": for error texts.
std::string_view describe(Node::Kind kind);

}  // namespace fleetsim::sim
