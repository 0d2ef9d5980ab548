#include "sim/world/thing_picture.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <optional>

namespace fleetsim::sim {
namespace {

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc{} && end == text.data() + text.size() ? std::optional{value} : std::nullopt;
}

std::string values_differ(std::string_view what, const std::vector<NamedValue>& have, const ExpectedValues& want) {
  if (want.none && !have.empty()) return fmt::format("{} {} is there, none is expected", what, have.front().name);
  for (const NamedValue& one : want.values) {
    const auto at = std::find_if(have.begin(), have.end(), [&](const NamedValue& value) { return value.name == one.name; });
    if (at == have.end()) return fmt::format("there is no {} {}", what, one.name);
    if (!same_json(at->value, one.value)) return fmt::format("{} {} is {}, not {}", what, one.name, at->value, one.value);
  }
  return {};
}

}  // namespace

bool same_json(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const auto left = number_in(a);
  const auto right = number_in(b);
  return left && right && *left == *right;
}

std::string difference(const ThingPicture& picture, const ExpectStep& wanted) {
  if (picture.at != wanted.at) return picture.at.empty() ? fmt::format("it is not at {}", wanted.at) : "it is at " + picture.at;
  if (!wanted.account.empty() && wanted.account != picture.account && wanted.account != picture.account_name)
    return fmt::format("it is with {}, not with {}", picture.account, wanted.account);
  if (!wanted.status.empty() && wanted.status != picture.status) return fmt::format("it is {}, not {}", picture.status, wanted.status);
  if (!wanted.version.empty() && wanted.version != picture.version)
    return picture.version.empty() ? std::string("it has told no version")
                                   : fmt::format("it runs {}, not {}", picture.version, wanted.version);
  if (wanted.read_only && !picture.read_only) return "its product can be changed there";
  for (const std::string& why :
       {values_differ("property", picture.properties, wanted.properties), values_differ("shadow attribute", picture.shadow, wanted.shadow),
        values_differ("tag", picture.tags, wanted.tags), values_differ("group", picture.device_groups, wanted.device_groups)})
    if (!why.empty()) return why;
  if (wanted.events_min && picture.events < *wanted.events_min)
    return fmt::format("{} events are there, not {}", picture.events, *wanted.events_min);
  if (wanted.sub_devices && picture.sub_devices != *wanted.sub_devices)
    return fmt::format("{} devices stand behind it, not {}", picture.sub_devices, *wanted.sub_devices);
  return {};
}

}  // namespace fleetsim::sim
