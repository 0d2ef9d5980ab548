#include "platform-mock/core/mqtt/topic_filter.hpp"

#include <cstddef>

namespace fleetsim::platform::mqtt {

bool is_well_formed_filter(std::string_view filter) {
  if (filter.empty()) return false;
  for (std::size_t i = 0; i < filter.size(); ++i) {
    if (filter[i] != '+' && filter[i] != '#') continue;
    const bool level_begins = i == 0 || filter[i - 1] == '/';
    const bool text_ends = i + 1 == filter.size();
    if (!level_begins) return false;
    if (filter[i] == '#' && !text_ends) return false;
    if (filter[i] == '+' && !text_ends && filter[i + 1] != '/') return false;
  }
  return true;
}

bool matches(std::string_view filter, std::string_view topic) {
  if (!topic.empty() && topic[0] == '$' && !filter.empty() && (filter[0] == '+' || filter[0] == '#')) return false;
  std::size_t f = 0;
  std::size_t t = 0;
  while (f < filter.size()) {
    if (filter[f] == '#') return true;
    if (filter[f] == '+') {
      while (t < topic.size() && topic[t] != '/') ++t;
      ++f;
      continue;
    }
    // "a/#" matches "a" itself too (§4.7.1.2).
    if (t == topic.size()) return filter.substr(f) == "/#";
    if (filter[f] != topic[t]) return false;
    ++f;
    ++t;
  }
  return t == topic.size();
}

}  // namespace fleetsim::platform::mqtt
