#include "platform-mock/core/api/json_writer.hpp"

#include <charconv>

#include "devicecore/base/ensure.hpp"

namespace fleetsim::platform {

/// Names and most values need no escape: what stands between two that do goes over in one piece.
void append_json_text(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out.push_back('"');
  std::size_t plain_from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out.append(text, plain_from, i - plain_from);
    plain_from = i + 1;
    out.push_back('\\');
    if (byte == '\n') {
      out.push_back('n');
    } else if (byte >= 0x20) {
      out.push_back(text[i]);
    } else {
      out.append("u00");
      out.push_back(hex[byte >> 4U]);
      out.push_back(hex[byte & 15U]);
    }
  }
  out.append(text, plain_from);
  out.push_back('"');
}

void JsonWriter::begin() {
  text_.assign("{");
  closing_.assign(1, '}');
  first_ = true;
}

JsonWriter& JsonWriter::member(std::string_view name_text, std::string_view value_text) {
  name(name_text);
  append_json_text(text_, value_text);
  return *this;
}

JsonWriter& JsonWriter::member(std::string_view name_text, bool value) {
  name(name_text);
  text_.append(value ? "true" : "false");
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view name_text, std::string_view json) {
  name(name_text);
  text_.append(json);
  return *this;
}

JsonWriter& JsonWriter::raw_members(std::string_view json) {
  if (json.empty()) return *this;
  separate();
  text_.append(json);
  return *this;
}

JsonWriter& JsonWriter::object(std::string_view name_text) {
  name(name_text);
  open('{');
  return *this;
}

JsonWriter& JsonWriter::array(std::string_view name_text) {
  name(name_text);
  open('[');
  return *this;
}

JsonWriter& JsonWriter::item() {
  separate();
  open('{');
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  append_json_text(text_, text);
  return *this;
}

JsonWriter& JsonWriter::end() {
  ensure(!closing_.empty());
  text_.push_back(closing_.back());
  closing_.pop_back();
  first_ = false;
  return *this;
}

std::string_view JsonWriter::finish() {
  while (!closing_.empty()) end();
  return text_;
}

JsonWriter& JsonWriter::number(std::string_view name_text, std::int64_t value) {
  name(name_text);
  char digits[24];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  static_cast<void>(error);  // 64 bits always fit
  text_.append(digits, end);
  return *this;
}

void JsonWriter::separate() {
  if (!first_) text_.push_back(',');
  first_ = false;
}

void JsonWriter::name(std::string_view text) {
  separate();
  append_json_text(text_, text);
  text_.push_back(':');
}

void JsonWriter::open(char bracket) {
  text_.push_back(bracket);
  closing_.push_back(bracket == '{' ? '}' : ']');
  first_ = true;
}

}  // namespace fleetsim::platform
