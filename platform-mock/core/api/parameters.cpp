#include "platform-mock/core/api/parameters.hpp"

#include <algorithm>

#include "platform-mock/core/api/text_coding.hpp"
#include "platform-mock/core/mqtt/decoder.hpp"

namespace fleetsim::platform {

std::optional<ApiError> Parameters::read(std::string_view query, std::string_view form, std::size_t parameters_max) {
  text_.clear();
  all_.clear();
  text_.reserve(query.size() + form.size());  // decoded text is never longer
  if (!add(query, true, parameters_max) || !add(form, false, parameters_max))
    return ApiError::gateway(400, "InvalidParameter", "the request has more than " + std::to_string(parameters_max) + " parameters")
        .at(LimitKind::api_parameters);
  for (const Parameter& one : all_)
    if (!mqtt::is_mqtt_text(one.name) || !mqtt::is_mqtt_text(one.value))
      return ApiError::gateway(400, "InvalidParameter", "a parameter is no UTF-8 text");
  const auto by_name = [](const Parameter& a, const Parameter& b) { return a.name < b.name; };
  std::sort(all_.begin(), all_.end(), by_name);
  const auto same_name = [](const Parameter& a, const Parameter& b) { return a.name == b.name; };
  const auto twice = std::adjacent_find(all_.begin(), all_.end(), same_name);
  if (twice == all_.end()) return std::nullopt;
  return ApiError::gateway(400, "InvalidParameter", "parameter \"" + std::string{twice->name} + "\" is given twice");
}

std::optional<std::string_view> Parameters::find(std::string_view name) const {
  const auto by_name = [](const Parameter& a, std::string_view wanted) { return a.name < wanted; };
  const auto found = std::lower_bound(all_.begin(), all_.end(), name, by_name);
  if (found == all_.end() || found->name != name) return std::nullopt;
  return found->value;
}

bool Parameters::add(std::string_view encoded, bool in_query, std::size_t parameters_max) {
  const auto decoded = [this](std::string_view text) {
    const std::size_t begin = text_.size();
    append_form_decoded(text_, text);
    return std::string_view{text_}.substr(begin);
  };
  while (!encoded.empty()) {
    const std::size_t end = encoded.find('&');
    const std::string_view pair = encoded.substr(0, end);
    encoded = end == std::string_view::npos ? std::string_view{} : encoded.substr(end + 1);
    if (pair.empty()) continue;
    if (all_.size() >= parameters_max) return false;
    const std::size_t equals = pair.find('=');
    const std::string_view name = decoded(pair.substr(0, equals));
    const std::string_view value = equals == std::string_view::npos ? std::string_view{} : decoded(pair.substr(equals + 1));
    all_.push_back({name, value, in_query});
  }
  return true;
}

}  // namespace fleetsim::platform
