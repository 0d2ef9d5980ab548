#include "platform-mock/core/api/json_reader.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>

namespace fleetsim::platform {
namespace {

namespace json = boost::json;

std::optional<json::value> tree_of(std::string_view text) {
  json::error_code error;
  json::parser parser;
  parser.write({text.data(), text.size()}, error);
  if (error) return std::nullopt;
  return parser.release();
}

std::string shown(const json::value& value) {
  if (const json::string* text = value.if_string()) return {text->data(), text->size()};
  return json::serialize(value);
}

TextMembers members_of(const json::object& object) {
  TextMembers members;
  for (const auto& member : object) members.emplace_back(std::string{member.key().data(), member.key().size()}, shown(member.value()));
  return members;
}

}  // namespace

std::optional<TextMembers> text_members(std::string_view json) {
  const auto tree = tree_of(json);
  if (!tree || !tree->is_object()) return std::nullopt;
  return members_of(tree->get_object());
}

std::optional<std::vector<TextMembers>> objects_in(std::string_view json) {
  const auto tree = tree_of(json);
  if (!tree || !tree->is_array()) return std::nullopt;
  std::vector<TextMembers> objects;
  for (const json::value& entry : tree->get_array()) {
    if (!entry.is_object()) return std::nullopt;
    objects.push_back(members_of(entry.get_object()));
  }
  return objects;
}

std::string_view member_text(const TextMembers& members, std::string_view name) {
  for (const auto& [known, value] : members)
    if (known == name) return value;
  return {};
}

std::optional<std::string> member_of(std::string_view json, std::string_view name) {
  const auto tree = tree_of(json);
  const json::object* const object = tree ? tree->if_object() : nullptr;
  const json::value* const member = object == nullptr ? nullptr : object->if_contains({name.data(), name.size()});
  if (member == nullptr) return std::nullopt;
  return json::serialize(*member);
}

TextMembers feature_of(std::string_view tsl, std::string_view kind, std::string_view identifier) {
  const auto features = objects_in(member_of(tsl, kind).value_or(std::string{}));
  if (!features) return {};
  for (const TextMembers& feature : *features)
    if (member_text(feature, "identifier") == identifier) return feature;
  return {};
}

}  // namespace fleetsim::platform
