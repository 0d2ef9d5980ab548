#include "sim/sweep/yaml_text.hpp"

#include <algorithm>
#include <string_view>

#include "sim/report/json_writer.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t block_depth_max = 2;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '/' || c == '+' ||
         c == '-' || c == '%';
}

/// Numbers, durations and shares are plain; whatever else there is in a text, it is one and may stand in quotes.
void put_scalar(std::string& out, std::string_view text, bool quoted) {
  const bool may_be_plain =
      !quoted && !text.empty() && std::all_of(text.begin(), text.end(), is_plain) && text.front() != '%' && text != "-";
  if (may_be_plain) {
    out += text;
  } else {
    append_json_text(out, text);
  }
}

void put_key(std::string& out, std::string_view key) {
  put_scalar(out, key, false);
  out += ": ";
}

void put_flow(std::string& out, const Node& node) {
  const bool is_map = node.kind == Node::Kind::map;
  switch (node.kind) {
    case Node::Kind::null:
      out += "null";
      return;
    case Node::Kind::scalar:
      return put_scalar(out, node.text, node.quoted);
    case Node::Kind::sequence:
    case Node::Kind::map:
      break;
  }
  out += is_map ? '{' : '[';
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    if (i > 0) out += ", ";
    if (is_map) put_key(out, node.children[i].key);
    put_flow(out, node.children[i]);
  }
  out += is_map ? '}' : ']';
}

// Not deeper than yaml_depth_max: that is how deep a tree can be.
void put_block(std::string& out, const Node& map, std::size_t depth) {
  const std::string indent(depth * 2, ' ');
  for (const Node& value : map.children) {
    out += indent;
    put_key(out, value.key);
    const bool has_children = !value.children.empty();
    if (value.kind == Node::Kind::map && has_children && depth + 1 < block_depth_max) {
      out.back() = '\n';
      put_block(out, value, depth + 1);
    } else if (value.kind == Node::Kind::sequence && has_children && depth == 0) {
      out.back() = '\n';
      for (const Node& item : value.children) {
        out += indent + "  - ";
        put_flow(out, item);
        out += '\n';
      }
    } else {
      put_flow(out, value);
      out += '\n';
    }
  }
}

}  // namespace

std::string yaml_text(const Node& root) {
  std::string out;
  if (root.kind == Node::Kind::map && !root.children.empty()) {
    put_block(out, root, 0);
  } else {
    put_flow(out, root);
    out += '\n';
  }
  return out;
}

}  // namespace fleetsim::sim
