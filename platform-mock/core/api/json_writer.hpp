// Writes one JSON object, compact, straight into a text: the answers of the management API.
//
//   JsonWriter out;
//   out.begin();
//   out.member("JobId", id).object("Data").member("Total", 3).end();
//   out.finish();                     // {"JobId":"…","Data":{"Total":3}}
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fleetsim::platform {

class JsonWriter {
 public:
  /// Begins anew.
  void begin();
  JsonWriter& member(std::string_view name, std::string_view value);
  JsonWriter& member(std::string_view name, const char* value) { return member(name, std::string_view{value}); }
  JsonWriter& member(std::string_view name, bool value);
  template <std::integral Number>
  JsonWriter& member(std::string_view name, Number value) {
    return number(name, static_cast<std::int64_t>(value));
  }
  /// `json` is JSON already.
  JsonWriter& raw(std::string_view name, std::string_view json);
  /// `json` is members, with commas between them; empty: none.
  JsonWriter& raw_members(std::string_view json);

  // Each needs its end().
  JsonWriter& object(std::string_view name);
  JsonWriter& array(std::string_view name);
  JsonWriter& item();  // an object inside an array
  JsonWriter& value(std::string_view text);
  JsonWriter& end();

  /// The whole text; valid until begin().
  std::string_view finish();

 private:
  JsonWriter& number(std::string_view name, std::int64_t value);
  void separate();
  void name(std::string_view text);
  void open(char bracket);

  std::string text_;
  std::vector<char> closing_;  // of what is open
  bool first_ = true;          // in what is open
};

}  // namespace fleetsim::platform
