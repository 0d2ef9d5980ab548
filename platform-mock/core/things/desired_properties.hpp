// What the platform's users want the properties of a thing to be, each with a version that grows with every change. A device asks for
// them when it has been away, and clears what it has carried out.
//
//   DesiredProperties desired;
//   auto version = desired.set("power", "\"on\"", {}, now_ms, limits);     // 1
//   desired.remove("power", *version);                             // ignored if the wish has changed meanwhile
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devicecore/base/result.hpp"
#include "platform-mock/core/things/thing_limits.hpp"

namespace fleetsim::platform::things {

struct DesiredProperty {
  std::string name;
  std::string value;  // compact JSON
  std::uint64_t version = 0;
  std::int64_t time_ms = 0;
};

class DesiredProperties {
 public:
  enum class Refusal : std::uint8_t { malformed, wrong_version, too_many, too_long };

  /// The new version. `expected` is the version that the caller has seen (0: none yet); nothing: whatever it is.
  Result<std::uint64_t, Refusal> set(std::string_view name, std::string_view value, std::optional<std::uint64_t> expected,
                                     std::int64_t now_ms, const ThingLimits& limits);
  enum class Removed : std::uint8_t { yes, unknown, changed_meanwhile };
  /// Without a version: whatever it is.
  Removed remove(std::string_view name, std::optional<std::uint64_t> version);
  const DesiredProperty* find(std::string_view name) const;
  const std::vector<DesiredProperty>& all() const { return wishes_; }
  std::uint64_t last_version() const { return last_version_; }
  /// Puts back what was kept.
  void restore(std::vector<DesiredProperty> wishes, std::uint64_t last_version) {
    wishes_ = std::move(wishes);
    last_version_ = last_version;
  }

 private:
  std::vector<DesiredProperty> wishes_;  // in the order in which they were first made
  std::uint64_t last_version_ = 0;       // of all, so that a version never comes back with another value
};

}  // namespace fleetsim::platform::things
