// One prepared statement that is run again and again. Values are always bound, never part of the text: whatever a device calls itself,
// it is a value.
//
//   RowWriter write(database, "REPLACE INTO token VALUES(?, ?, ?)");
//   write(device.value, token.client_id, token.text);
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace fleetsim::platform {

/// To be kept as bytes, not as text.
struct RawBytes {
  std::string_view bytes;  // outlives the call
};

class RowWriter {
 public:
  RowWriter(SQLite::Database& database, const char* sql) : statement_(database, sql) {}

  template <class... Values>
  void operator()(const Values&... values) {
    statement_.reset();
    int position = 0;
    (bind(++position, values), ...);
    statement_.exec();
    statement_.reset();  // lets go of the values that were not copied
  }

 private:
  template <class Value>
  void bind(int position, const Value& value) {
    if constexpr (std::is_same_v<Value, std::string>) {
      statement_.bindNoCopy(position, value);
    } else if constexpr (std::is_same_v<Value, RawBytes>) {
      statement_.bindNoCopy(position, static_cast<const void*>(value.bytes.data()), static_cast<int>(value.bytes.size()));
    } else if constexpr (std::is_convertible_v<Value, std::string_view>) {
      statement_.bind(position, std::string{std::string_view{value}});
    } else if constexpr (std::is_same_v<Value, std::nullopt_t>) {
      statement_.bind(position);
    } else {
      statement_.bind(position, static_cast<std::int64_t>(value));
    }
  }
  template <class Value>
  void bind(int position, const std::optional<Value>& value) {
    if (value) {
      bind(position, *value);
    } else {
      statement_.bind(position);
    }
  }

  SQLite::Statement statement_;
};

/// Numbers in a row, checked: a file can hold anything.
std::uint32_t number_in(const SQLite::Column& column);
bool flag_in(const SQLite::Column& column);
std::uint8_t word_in(const SQLite::Column& column, std::uint8_t last);

/// An enumerator whose values are 0 to `last`.
template <class Enum>
Enum enum_in(const SQLite::Column& column, Enum last) {
  return static_cast<Enum>(word_in(column, static_cast<std::uint8_t>(last)));
}

}  // namespace fleetsim::platform
