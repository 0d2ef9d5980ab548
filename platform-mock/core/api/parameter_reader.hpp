// Reads the parameters of one action, typed and in range. The first mistake is kept; whoever reads asks once, at the end.
//
//   const std::string_view key = call.in.required("ProductKey");
//   const std::int64_t strategy = call.in.whole("Strategy", {.min = 0, .max = 1}, 0);
//   if (call.in.failed()) return call.in.error();
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "platform-mock/core/api/api_error.hpp"
#include "platform-mock/core/api/parameters.hpp"

namespace fleetsim::platform {

struct NumberLimits {
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};
struct TextLimits {
  std::size_t characters_min = 0;
  std::size_t characters_max = 4096;
};
struct Page {
  std::size_t number = 1;  // from 1
  std::size_t size = 10;
  std::size_t first() const { return (number - 1) * size; }
};

class ParameterReader {
 public:
  explicit ParameterReader(const Parameters& parameters) : parameters_(parameters) {}

  /// Empty, and a mistake, when it is missing or empty.
  std::string_view required(std::string_view name);
  std::string_view optional(std::string_view name) const { return parameters_.get(name); }
  bool has(std::string_view name) const { return parameters_.find(name).has_value(); }
  /// A text of so many characters (not bytes), if it is there at all.
  std::string_view text(std::string_view name, const TextLimits& limits);
  std::int64_t whole(std::string_view name, const NumberLimits& limits, std::int64_t fallback);
  std::int64_t required_whole(std::string_view name, const NumberLimits& limits);
  bool flag(std::string_view name, bool fallback);
  /// One of `words`, if it is there at all; else a mistake.
  std::string_view word(std::string_view name, std::initializer_list<std::string_view> words);
  /// One that is there is a mistake, as nobody should believe that it holds: `"ModelVersion" is not served by this mock: <why>`.
  void not_served(std::string_view name, std::string_view why = {});
  /// Name.1, Name.2, … up to the first gap; with `member`: Name.1.Member, Name.2.Member, …
  std::vector<std::string_view> list(std::string_view name, std::string_view member = {}) const;
  /// CurrentPage and PageSize.
  Page page(std::size_t size_max, std::size_t size_default);

  /// A mistake that the caller has found.
  void wrong(ApiError error);
  bool failed() const { return error_.has_value(); }
  /// Precondition: failed().
  const ApiError& error() const { return *error_; }

 private:
  std::optional<std::int64_t> number(std::string_view name, const NumberLimits& limits);

  const Parameters& parameters_;
  std::optional<ApiError> error_;
};

}  // namespace fleetsim::platform
