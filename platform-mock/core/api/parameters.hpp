// The parameters of one call: those of the query and those of a form body, decoded, in the order of their names.
//
//   Parameters parameters;
//   if (auto error = parameters.read(request.query(), form)) return fail(*error);
//   parameters.find("ProductKey");
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform-mock/core/api/api_error.hpp"

namespace fleetsim::platform {

struct Parameter {
  std::string_view name;
  std::string_view value;
  bool in_query = false;
};

class Parameters {
 public:
  /// Reads anew. An error when there are more than `parameters_max`, when one is no UTF-8, or given twice: a signature would not say which
  /// one counts.
  std::optional<ApiError> read(std::string_view query, std::string_view form, std::size_t parameters_max);

  std::optional<std::string_view> find(std::string_view name) const;
  std::string_view get(std::string_view name) const { return find(name).value_or(std::string_view{}); }
  std::span<const Parameter> all() const { return all_; }

 private:
  bool add(std::string_view encoded, bool in_query, std::size_t parameters_max);

  std::string text_;  // all of it, decoded; never grows while it is viewed
  std::vector<Parameter> all_;
};

}  // namespace fleetsim::platform
