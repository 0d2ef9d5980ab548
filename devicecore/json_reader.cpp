#include "devicecore/json_reader.hpp"

#define JSMN_STATIC
#define JSMN_STRICT
#include <jsmn.h>

namespace fleetsim::device {
namespace {

JsonKind kind_of(jsmntype_t type) {
  switch (type) {
    case JSMN_OBJECT:
      return JsonKind::object;
    case JSMN_ARRAY:
      return JsonKind::array;
    case JSMN_STRING:
      return JsonKind::string;
    case JSMN_PRIMITIVE:
      return JsonKind::primitive;
    case JSMN_UNDEFINED:
      break;
  }
  return JsonKind::missing;
}

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

bool JsonReader::parse(std::string_view text) {
  text_ = text;
  count_ = 0;
  if (text.size() > 0x7fffffffU) return false;
  std::array<jsmntok_t, limits::json_tokens_max> tokens;  // NOLINT(cppcoreguidelines-pro-type-member-init): jsmn writes what we read
  jsmn_parser parser;
  jsmn_init(&parser);
  const int count = jsmn_parse(&parser, text.data(), text.size(), tokens.data(), static_cast<unsigned int>(tokens.size()));
  if (count <= 0) return false;
  count_ = static_cast<std::size_t>(count);
  for (std::size_t i = 0; i < count_; ++i) {
    const jsmntok_t& token = tokens[i];
    tokens_[i] = {static_cast<std::uint32_t>(token.start), static_cast<std::uint32_t>(token.end), static_cast<std::uint16_t>(token.size),
                  kind_of(token.type)};
  }
  return is_well_formed();
}

// What jsmn lets pass: a second value behind the first, names that are no strings, names without a value.
bool JsonReader::is_well_formed() const {
  if (tokens_[0].kind != JsonKind::object) return false;
  for (std::size_t i = tokens_[0].end; i < text_.size(); ++i)
    if (!is_space(text_[i])) return false;
  for (std::size_t object = 0; object < count_; ++object) {
    if (tokens_[object].kind != JsonKind::object) continue;
    std::size_t name = object + 1;
    for (std::size_t member = 0; member < tokens_[object].size; ++member) {
      if (name + 1 >= count_ || tokens_[name].kind != JsonKind::string || tokens_[name].size != 1) return false;
      name = next_sibling(name + 1);
    }
  }
  return true;
}

// Tokens stand in document order, so everything inside a value begins before the value ends.
std::size_t JsonReader::next_sibling(std::size_t token) const {
  const std::uint32_t end = tokens_[token].end;
  std::size_t next = token + 1;
  while (next < count_ && tokens_[next].begin < end) ++next;
  return next;
}

JsonValue JsonReader::find(JsonValue object, std::string_view name) const {
  if (kind(object) != JsonKind::object) return {};
  std::size_t at = object.token() + std::size_t{1};
  for (std::size_t member = 0; member < tokens_[object.token()].size && at + 1 < count_; ++member) {
    if (text(JsonValue{static_cast<std::uint8_t>(at)}) == name) return JsonValue{static_cast<std::uint8_t>(at + 1)};
    at = next_sibling(at + 1);
  }
  return {};
}

JsonKind JsonReader::kind(JsonValue value) const { return value ? tokens_[value.token()].kind : JsonKind::missing; }

std::string_view JsonReader::text(JsonValue value) const {
  if (!value) return {};
  const Token& token = tokens_[value.token()];
  return {text_.data() + token.begin, token.end - token.begin};
}

std::string_view JsonReader::verbatim(JsonValue value) const {
  const std::string_view inner = text(value);
  if (kind(value) != JsonKind::string) return inner;
  return {inner.data() - 1, inner.size() + 2};
}

}  // namespace fleetsim::device
