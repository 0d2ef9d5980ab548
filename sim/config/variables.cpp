#include "sim/config/variables.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <vector>

#include "sim/config/suggest.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t value_bytes_max = std::size_t{64} * 1024;  // a text after its variables are filled in

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

class Substitution {
 public:
  Substitution(const Settings& values, Diagnostics& diagnostics) : values_(values), diagnostics_(diagnostics) {}

  void apply(Node& node) {
    if (node.kind == Node::Kind::scalar && node.text.find("${") != std::string::npos) fill(node);
    for (Node& child : node.children) apply(child);
  }
  bool used(const std::string& name) const { return used_.contains(name); }

 private:
  void fill(Node& node) {
    std::string out;
    std::string_view rest = node.text;
    bool changed = false;
    while (!rest.empty()) {
      const std::size_t begin = rest.find("${");
      if (begin == std::string_view::npos) break;
      if (begin > 0 && rest[begin - 1] == '$') {
        out.append(rest.substr(0, begin - 1)).append("${");
        rest.remove_prefix(begin + 2);
        continue;
      }
      const std::size_t end = rest.find('}', begin);
      if (end == std::string_view::npos) {
        diagnostics_.error(node.at, "a variable is opened with \"${\" and not closed with \"}\"");
        return;
      }
      out.append(rest.substr(0, begin));
      const std::string name{rest.substr(begin + 2, end - begin - 2)};
      const auto found = values_.find(name);
      if (found == values_.end()) {
        std::vector<std::string_view> names;
        for (const auto& [known, value] : values_) names.push_back(known);
        diagnostics_.error(node.at, fmt::format("the variable \"{}\" is not in `vars:`{}", name, suggest(name, names)));
        return;
      }
      out.append(found->second);
      used_.insert(name);
      node.variables.push_back(name);
      changed = true;
      rest.remove_prefix(end + 1);
      if (out.size() > value_bytes_max) {
        diagnostics_.error(node.at, fmt::format("longer than {} bytes after its variables are filled in", value_bytes_max));
        return;
      }
    }
    out.append(rest);
    node.text = std::move(out);
    // "${devices}" in quotes means the same as without: YAML itself asks for the quotes in some places.
    if (changed) node.quoted = false;
  }

  const Settings& values_;
  Diagnostics& diagnostics_;
  std::set<std::string> used_;
};

}  // namespace

Settings resolve_variables(Node& root, const Settings& settings, UnknownSetting unknown, Diagnostics& diagnostics) {
  Settings values;
  std::map<std::string, Position> defined;
  if (Node* vars = root.find("vars")) {
    if (vars->kind != Node::Kind::map && vars->kind != Node::Kind::null)
      diagnostics.error(vars->at, fmt::format("vars: expected a map of names and values, found {}", describe(vars->kind)));
    for (const Node& one : vars->children) {
      if (vars->kind != Node::Kind::map) break;
      if (!is_name(one.key)) {
        diagnostics.error(one.key_at, fmt::format("vars: \"{}\" is no name: letters, digits and _ only", one.key));
        continue;
      }
      if (one.kind != Node::Kind::scalar) {
        diagnostics.error(one.at, fmt::format("vars.{}: expected a text or a number, found {}", one.key, describe(one.kind)));
        continue;
      }
      values[one.key] = one.text;
      defined[one.key] = one.key_at;
    }
    std::erase_if(root.children, [](const Node& child) { return child.key == "vars"; });
  }
  for (const auto& [name, value] : settings) {
    if (defined.contains(name)) {
      values[name] = value;
    } else if (unknown == UnknownSetting::error) {
      std::vector<std::string_view> names;
      names.reserve(defined.size());
      for (const auto& [known, at] : defined) names.push_back(known);
      diagnostics.error({root.at.file, 0, 0}, fmt::format("--set {}: the file has no such variable{}{}", name, suggest(name, names),
                                                          names.empty() ? "; it has none at all" : "; it has " + join_choices(names)));
    }
  }
  Substitution substitution{values, diagnostics};
  substitution.apply(root);
  for (const auto& [name, at] : defined)
    if (!substitution.used(name)) diagnostics.warning(at, fmt::format("vars.{} is never used", name));
  return values;
}

std::optional<std::pair<std::string, std::string>> parse_setting(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || !is_name(text.substr(0, equals))) return std::nullopt;
  return std::pair{std::string{text.substr(0, equals)}, std::string{text.substr(equals + 1)}};
}

}  // namespace fleetsim::sim
