// Writes JSON piece by piece into a string: no tree, no allocation but the string's own. Used by the report and by the event stream.
//
//   JsonWriter json{out};
//   json.begin_object(); json.field("count", 3); json.key("targets"); json.begin_array(); ... json.end_array(); json.end_object();
//
// Text that is no UTF-8 gets U+FFFD in place of each bad byte, so that the output always is JSON (RFC 8259 §8.1). Numbers that JSON
// does not have (NaN, infinities) become null.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace fleetsim::sim {

/// Quoted and escaped.
void append_json_text(std::string& out, std::string_view text);
/// The shortest decimal form that reads back the same.
void append_json_number(std::string& out, double value);

class JsonWriter {
 public:
  enum class Layout : std::uint8_t { one_line, indented };
  explicit JsonWriter(std::string& out, Layout layout = Layout::one_line) : out_(out), layout_(layout) {}

  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }
  void key(std::string_view name);

  void value(std::string_view text);
  void value(const char* text) { value(std::string_view{text}); }
  void value(const std::string& text) { value(std::string_view{text}); }
  void value(double number);
  void value(bool truth);
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool>) void value(Integer number) {
    separate();
    out_ += std::to_string(number);
  }
  void null();

  template <class Value>
  void field(std::string_view name, const Value& content) {
    key(name);
    value(content);
  }

 private:
  void begin(char bracket);
  void end(char bracket);
  void separate();
  void new_line();

  std::string& out_;
  Layout layout_;
  unsigned depth_ = 0;
  bool first_ = true;  // nothing yet in the innermost bracket
  bool after_key_ = false;
};

}  // namespace fleetsim::sim
