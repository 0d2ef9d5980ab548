#include "platform-mock/store/thing_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/system/error_code.hpp>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "platform-mock/store/json_string.hpp"

namespace fleetsim::platform {
namespace {

namespace json = boost::json;
using namespace things;

constexpr ThingLimits kept_limits = limits_of_what_was_kept();

/// Text that must not be looked at as UTF-8, two digits a byte.
std::string hex_in(const std::vector<std::uint8_t>& bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text.push_back(digits[byte >> 4U]);
    text.push_back(digits[byte & 0x0fU]);
  }
  return text;
}

std::vector<std::uint8_t> bytes_in(std::string_view hex) {
  const auto digit = [](char c) { return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); };
  std::vector<std::uint8_t> bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) bytes.push_back(static_cast<std::uint8_t>((digit(hex[i]) << 4U) | digit(hex[i + 1])));
  return bytes;
}

std::optional<json::value> parsed(std::string_view text) {
  boost::system::error_code failed;
  json::value value = json::parse({text.data(), text.size()}, failed);
  if (failed) return std::nullopt;
  return value;
}

/// The member as a list of lists; an empty one when it is missing or something else.
std::vector<const json::array*> rows_of(const json::value* value, std::size_t columns) {
  std::vector<const json::array*> rows;
  if (value == nullptr || !value->is_array()) return rows;
  for (const json::value& entry : value->get_array())
    if (entry.is_array() && entry.get_array().size() == columns) rows.push_back(&entry.get_array());
  return rows;
}

std::string_view text_at(const json::array& row, std::size_t column) {
  return row[column].is_string() ? view_of(row[column].get_string()) : std::string_view{};
}
std::int64_t number_at(const json::array& row, std::size_t column) { return row[column].is_int64() ? row[column].get_int64() : 0; }

json::array records_in(const RecordRing& ring) {
  json::array rows;
  for (std::size_t i = 0; i < ring.size(); ++i)
    rows.push_back(json::array{json_string(ring[i].name), json_string(ring[i].text), ring[i].time_ms, std::int64_t{ring[i].code}});
  return rows;
}

void read_records(const json::object& object, std::string_view name, RecordRing& ring) {
  for (const json::array* row : rows_of(object.if_contains({name.data(), name.size()}), 4))
    ring.add(text_at(*row, 0), text_at(*row, 1), number_at(*row, 2), kept_limits, static_cast<std::int32_t>(number_at(*row, 3)));
}

void read_desired(const json::object& object, DesiredProperties& desired) {
  std::vector<DesiredProperty> wishes;
  for (const json::array* row : rows_of(object.if_contains("desired"), 4))
    wishes.push_back({.name = std::string{text_at(*row, 0)},
                      .value = std::string{text_at(*row, 1)},
                      .version = static_cast<std::uint64_t>(number_at(*row, 2)),
                      .time_ms = number_at(*row, 3)});
  const json::value* const last = object.if_contains("desired_version");
  desired.restore(std::move(wishes), last != nullptr && last->is_int64() ? static_cast<std::uint64_t>(last->get_int64()) : 0);
}

void read_shadow(const json::object& object, Shadow& shadow) {
  const json::value* const kept = object.if_contains("shadow");
  if (kept == nullptr || !kept->is_array() || kept->get_array().size() != 3 || !kept->get_array()[0].is_object()) return;
  const json::array& row = kept->get_array();
  shadow = Shadow::restored(row[0].get_object(), number_at(row, 1), number_at(row, 2));
}

}  // namespace

std::string properties_text(const ThingData& thing) {
  json::array rows;
  for (const Property& property : thing.properties.all())
    rows.push_back(json::array{json_string(property.name), json_string(property.value), property.time_ms});
  return json::serialize(rows);
}

std::string details_text(const ThingData& thing) {
  const ThingDetails* const details = thing.known_details();
  if (details == nullptr) return {};
  json::object object;
  json::array desired;
  for (const DesiredProperty& wish : details->desired.all())
    desired.push_back(json::array{json_string(wish.name), json_string(wish.value), static_cast<std::int64_t>(wish.version), wish.time_ms});
  object["desired"] = std::move(desired);
  object["desired_version"] = static_cast<std::int64_t>(details->desired.last_version());
  object["events"] = records_in(details->events);
  object["logs"] = records_in(details->logs);
  object["answers"] = records_in(details->answers);
  object["shadow"] = json::array{details->shadow.document(), details->shadow.version(), details->shadow.time_s()};
  json::array modules;
  for (const ModuleVersion& module : details->modules)
    modules.push_back(json::array{json_string(module.module), json_string(module.version), module.time_ms});
  object["modules"] = std::move(modules);
  json::array files;
  for (const DeviceFile& file : details->files)
    files.push_back(json::array{json_string(file.name), json_string(hex_in(file.content)), file.time_ms});
  object["files"] = std::move(files);
  return json::serialize(object);
}

bool read_thing(std::string_view properties, std::string_view details, ThingData& thing) {
  const auto rows = parsed(properties);
  if (!rows || !rows->is_array()) return false;
  for (const json::array* row : rows_of(&*rows, 3))
    if (!thing.properties.set(text_at(*row, 0), text_at(*row, 1), number_at(*row, 2), kept_limits)) return false;
  if (details.empty()) return true;
  const auto value = parsed(details);
  const json::object* const object = value ? value->if_object() : nullptr;
  if (object == nullptr) return false;
  ThingDetails& into = thing.details();
  read_desired(*object, into.desired);
  read_records(*object, "events", into.events);
  read_records(*object, "logs", into.logs);
  read_records(*object, "answers", into.answers);
  read_shadow(*object, into.shadow);
  for (const json::array* row : rows_of(object->if_contains("modules"), 3))
    if (!into.set_version(text_at(*row, 0), text_at(*row, 1), number_at(*row, 2), kept_limits)) return false;
  for (const json::array* row : rows_of(object->if_contains("files"), 3))
    if (!into.add_file(text_at(*row, 0), bytes_in(text_at(*row, 1)), number_at(*row, 2), kept_limits)) return false;
  thing.take_details_changed();
  return true;
}

std::string tags_text(const std::vector<Tag>& tags) {
  json::array rows;
  for (const Tag& tag : tags) rows.push_back(json::array{json_string(tag.key), json_string(tag.value)});
  return json::serialize(rows);
}

std::optional<std::vector<Tag>> tags_in(std::string_view text) {
  const auto rows = parsed(text);
  if (!rows || !rows->is_array()) return std::nullopt;
  std::vector<Tag> tags;
  for (const json::array* row : rows_of(&*rows, 2)) tags.push_back({std::string{text_at(*row, 0)}, std::string{text_at(*row, 1)}});
  return tags;
}

std::string groups_text(const DeviceLabels& labels) {
  json::array rows;
  for (const std::string& group : labels.groups()) rows.push_back(json::array{json_string(group)});
  return json::serialize(rows);
}

bool read_labels(std::string_view tags, std::string_view groups, DeviceLabels& labels) {
  const auto all_tags = tags_in(tags);
  const auto group_rows = parsed(groups);
  if (!all_tags || !group_rows || !labels.set_tags(*all_tags, kept_limits)) return false;
  for (const json::array* row : rows_of(&*group_rows, 1))
    if (!labels.join_group(text_at(*row, 0), kept_limits)) return false;
  return true;
}

}  // namespace fleetsim::platform
