// YAML text to plain Python values, by the reader that scenarios are read with.
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pybindings/src/bindings.hpp"
#include "pybindings/src/problems.hpp"
#include "sim/config/node.hpp"
#include "sim/config/platform_reader.hpp"
#include "sim/config/yaml_document.hpp"
#include "sim/scenario/whole_paths.hpp"

namespace fleetsim::python {
namespace {

/// The number that is written so and not otherwise: 1.10 may be a firmware's version, and must come back as it stood.
py::object plain_number(const std::string& text) {
  std::int64_t whole = 0;
  const char* const end = text.data() + text.size();
  if (const auto read = std::from_chars(text.data(), end, whole); read.ec == std::errc{} && read.ptr == end)
    return text == std::to_string(whole) ? py::object(py::int_(whole)) : py::object();
  double number = 0;
  if (const auto read = std::from_chars(text.data(), end, number); read.ec != std::errc{} || read.ptr != end) return {};
  py::float_ value{number};
  return text == std::string(py::repr(value)) ? py::object(value) : py::object();
}

py::object scalar_value(const sim::Node& node) {
  if (!node.quoted) {
    if (node.text == "true") return py::bool_(true);
    if (node.text == "false") return py::bool_(false);
    // Neither infinities nor what is no number: those are texts.
    if (!node.text.empty() && node.text.find_first_not_of("+-.0123456789e") == std::string::npos)
      if (py::object number = plain_number(node.text)) return number;
  }
  return py::str(node.text);
}

py::object value_of(const sim::Node& node) {
  switch (node.kind) {
    case sim::Node::Kind::null:
      return py::none();
    case sim::Node::Kind::scalar:
      return scalar_value(node);
    case sim::Node::Kind::sequence: {
      py::list items;
      for (const sim::Node& child : node.children) items.append(value_of(child));
      return items;
    }
    case sim::Node::Kind::map: {
      py::dict values;
      for (const sim::Node& child : node.children) values[py::str(child.key)] = value_of(child);
      return values;
    }
  }
  return py::none();
}

py::tuple parse_tree(const std::string& text, const std::string& path, bool whole_paths) {
  sim::Diagnostics diagnostics;
  std::optional<sim::Node> root = sim::parse_yaml(text, diagnostics.add_file(path), diagnostics);
  if (root && whole_paths) sim::put_whole_paths(*root, sim::folder_of(path));
  py::object tree = root && !diagnostics.failed() ? value_of(*root) : py::object(py::none());
  return py::make_tuple(tree, problems_of(diagnostics));
}

}  // namespace

void bind_tree(py::module_& module) {
  module.def(
      "parse_tree", &parse_tree, py::arg("text"), py::arg("path"), py::arg("whole_paths") = false,
      "YAML text to (dicts, lists, str, int, float, bool and None; or None when it is no YAML) and the list of problems. whole_paths: "
      "it is a scenario's, and its file names are made absolute.");
}

}  // namespace fleetsim::python
