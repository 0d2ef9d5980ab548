// Which requirements an exam asks for.
//
//   const Selection wanted{.filters = {"TLS-*"}, .groups = {"NOTIFY"}};
//   const auto chosen = select(wanted);      // the error names what nothing matches
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/result.hpp"
#include "sim/conformance/requirement.hpp"

namespace fleetsim::sim {

/// Nothing said: all of them. Otherwise whatever any of these names.
struct Selection {
  std::vector<std::string> filters{};  // of ids: * stands for any rest or part, ? for one character
  std::vector<std::string> groups{};
  std::vector<std::string> ids{};
};

Result<std::vector<const Requirement*>, std::string> select(const Selection& selection);

/// `*`: any text, `?`: any one character. Case counts.
bool matches_pattern(std::string_view pattern, std::string_view text);

}  // namespace fleetsim::sim
