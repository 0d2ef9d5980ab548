#include "platform-mock/store/row_writer.hpp"

#include <limits>

#include "platform-mock/store/database.hpp"

namespace fleetsim::platform {
namespace {

std::int64_t at_most(const SQLite::Column& column, std::int64_t last) {
  const std::int64_t value = column.getInt64();
  if (value < 0 || value > last) throw_damaged("column " + std::string{column.getName()} + " holds " + std::to_string(value));
  return value;
}

}  // namespace

std::uint32_t number_in(const SQLite::Column& column) {
  return static_cast<std::uint32_t>(at_most(column, std::numeric_limits<std::uint32_t>::max() - 1));
}

bool flag_in(const SQLite::Column& column) { return at_most(column, 1) == 1; }

std::uint8_t word_in(const SQLite::Column& column, std::uint8_t last) { return static_cast<std::uint8_t>(at_most(column, last)); }

}  // namespace fleetsim::platform
