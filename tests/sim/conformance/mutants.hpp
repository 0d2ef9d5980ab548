// Firmware with one deliberate fault each, and the requirements that are about it. One line a mutant.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

namespace fleetsim::sim {

struct Mutant {
  std::string_view profile;
  std::vector<std::string_view> failed_by;  // by one of these at least; the others are near it
};

inline const std::vector<Mutant> mutants = {
    {"mutant-hot-loop", {"RETRY-01", "BOOT-RSP-01"}},
    {"mutant-no-reply", {"NOTIFY-01", "NOTIFY-03"}},
    {"mutant-secret-in-form", {"BOOT-REQ-02"}},
};

}  // namespace fleetsim::sim
