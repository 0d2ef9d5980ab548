#include "sim/report/json_writer.hpp"

#include <charconv>
#include <cmath>

#include "sim/report/utf8.hpp"

namespace fleetsim::sim {
namespace {

void append_control(std::string& out, char c) {
  static constexpr char digits[] = "0123456789abcdef";
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(c);
  out += "\\u00";
  out += digits[byte >> 4];
  out += digits[byte & 15U];
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  std::size_t plain = 0;  // start of what can be copied as it is
  std::size_t at = 0;
  const auto flush = [&] { out.append(text.substr(plain, at - plain)); };
  while (at < text.size()) {
    const char c = text[at];
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\') {
      ++at;
      continue;
    }
    if (byte >= 0x80) {
      if (const std::size_t bytes = utf8_character_bytes(text, at); bytes > 0) {
        at += bytes;
        continue;
      }
      flush();
      out += "\xEF\xBF\xBD";
    } else {
      flush();
      if (byte < 0x20) {
        append_control(out, c);
      } else {
        out += '\\';
        out += c;
      }
    }
    plain = ++at;
  }
  flush();
  out += '"';
}

void append_json_number(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  char text[40];
  const auto [end, failed] = std::to_chars(text, text + sizeof text, value);
  if (failed == std::errc{}) out.append(text, end);
}

void JsonWriter::key(std::string_view name) {
  separate();
  append_json_text(out_, name);
  out_ += layout_ == Layout::indented ? ": " : ":";
  after_key_ = true;
}

void JsonWriter::value(std::string_view text) {
  separate();
  append_json_text(out_, text);
}

void JsonWriter::value(double number) {
  separate();
  append_json_number(out_, number);
}

void JsonWriter::value(bool truth) {
  separate();
  out_ += truth ? "true" : "false";
}

void JsonWriter::null() {
  separate();
  out_ += "null";
}

void JsonWriter::begin(char bracket) {
  separate();
  out_ += bracket;
  ++depth_;
  first_ = true;
}

void JsonWriter::end(char bracket) {
  --depth_;
  if (!first_) new_line();
  out_ += bracket;
  first_ = false;
}

void JsonWriter::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (!first_) out_ += ',';
  if (depth_ > 0) new_line();
  first_ = false;
}

void JsonWriter::new_line() {
  if (layout_ != Layout::indented) return;
  out_ += '\n';
  out_.append(std::size_t{2} * depth_, ' ');
}

}  // namespace fleetsim::sim
