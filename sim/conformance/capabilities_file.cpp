#include "sim/conformance/capabilities_file.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>
#include <optional>
#include <utility>

#include "sim/conformance/json_file.hpp"

namespace fleetsim::sim {
namespace {

std::string text_of_json(const boost::json::string& text) { return {text.data(), text.size()}; }

std::optional<CapabilityValue> texts_of_json(const boost::json::array& array) {
  std::vector<std::string> texts;
  for (const boost::json::value& entry : array) {
    if (!entry.is_string()) return std::nullopt;
    texts.push_back(text_of_json(entry.get_string()));
  }
  return CapabilityValue{std::move(texts)};
}

/// Nothing: it is of another kind.
std::optional<CapabilityValue> value_of_json(const boost::json::value& value, CapabilityKind kind) {
  switch (kind) {
    case CapabilityKind::truth:
      return value.is_bool() ? std::optional<CapabilityValue>{value.get_bool()} : std::nullopt;
    case CapabilityKind::number:
      return value.is_int64() && value.get_int64() >= 0 ? std::optional<CapabilityValue>{std::int64_t{value.get_int64()}} : std::nullopt;
    case CapabilityKind::text:
      return value.is_string() ? std::optional<CapabilityValue>{text_of_json(value.get_string())} : std::nullopt;
    case CapabilityKind::texts:
      return value.is_array() ? texts_of_json(value.get_array()) : std::nullopt;
  }
  return std::nullopt;
}

std::string_view kind_words(CapabilityKind kind) {
  switch (kind) {
    case CapabilityKind::truth:
      return "true or false";
    case CapabilityKind::number:
      return "a number, 0 or more";
    case CapabilityKind::text:
      return "a text";
    case CapabilityKind::texts:
      return "a list of texts";
  }
  return "";
}

std::string known_names() {
  std::string names;
  for (std::size_t i = 0; i < capability_count; ++i) names.append(names.empty() ? "" : ", ").append(capability_name(capability_at(i)));
  return names;
}

}  // namespace

void put_capability_value(JsonWriter& json, const CapabilityValue& value) {
  if (const bool* const truth = std::get_if<bool>(&value)) return json.value(*truth);
  if (const auto* const number = std::get_if<std::int64_t>(&value)) return json.value(*number);
  if (const auto* const text = std::get_if<std::string>(&value)) return json.value(*text);
  const auto* const texts = std::get_if<std::vector<std::string>>(&value);
  if (texts == nullptr) return json.null();
  json.begin_array();
  for (const std::string& text : *texts) json.value(text);
  json.end_array();
}

std::string capabilities_file(const CapabilitiesHead& head, const Capabilities& capabilities) {
  std::string out;
  JsonWriter json{out, JsonWriter::Layout::indented};
  json.begin_object();
  json.field("schema_version", capabilities_schema_version);
  json.field("dut", head.dut);
  json.field("seed", head.seed);
  json.key("capabilities");
  json.begin_object();
  for (std::size_t i = 0; i < capability_count; ++i) {
    json.key(capability_name(capability_at(i)));
    put_capability_value(json, capabilities[capability_at(i)].value);
  }
  json.end_object();
  json.end_object();
  return out + "\n";
}

Result<Capabilities, std::string> parse_capabilities(std::string_view text, const std::string& file) {
  const auto document = parse_json_object(text, file);
  if (!document.ok()) return fail(document.error());
  const auto wrong = [&file](const std::string& why) { return fmt::format("{} is no capability file: {}", file, why); };
  const boost::json::value* const version = document->if_contains("schema_version");
  if (version == nullptr || !version->is_int64() || version->get_int64() != capabilities_schema_version)
    return fail(wrong(fmt::format("expected \"schema_version\": {}", capabilities_schema_version)));
  const boost::json::value* const all = document->if_contains("capabilities");
  if (all == nullptr || !all->is_object()) return fail(wrong("expected an object \"capabilities\""));
  Capabilities capabilities;
  for (const auto& member : all->get_object()) {
    const std::string_view name(member.key().data(), member.key().size());
    const auto key = find_capability(name);
    if (!key) return fail(wrong(fmt::format("there is no capability \"{}\"; there are {}", name, known_names())));
    if (member.value().is_null()) continue;
    const auto value = value_of_json(member.value(), capability_kind(*key));
    if (!value) return fail(wrong(fmt::format("\"{}\" is expected to be {}, or null", name, kind_words(capability_kind(*key)))));
    capabilities.set(*key, *value, CapabilityOrigin::declared);
  }
  return capabilities;
}

Result<Capabilities, std::string> read_capabilities(const std::string& path) {
  const auto text = read_text_file(path);
  if (!text.ok()) return fail(text.error());
  return parse_capabilities(*text, path);
}

}  // namespace fleetsim::sim
