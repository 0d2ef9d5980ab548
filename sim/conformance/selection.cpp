#include "sim/conformance/selection.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/conformance/requirements/list.hpp"

namespace fleetsim::sim {
namespace {

std::string known_groups() {
  std::string text;
  std::string_view last;
  for (const Requirement& one : requirements()) {
    if (one.group() == last) continue;
    last = one.group();
    text += (text.empty() ? "" : ", ") + std::string(last);
  }
  return text;
}

template <class Matches>
bool add_matching(std::vector<const Requirement*>& chosen, const Matches& matches) {
  bool found = false;
  for (const Requirement& one : requirements()) {
    if (!matches(one)) continue;
    found = true;
    if (std::find(chosen.begin(), chosen.end(), &one) == chosen.end()) chosen.push_back(&one);
  }
  return found;
}

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Result<std::vector<const Requirement*>, std::string> select(const Selection& selection) {
  std::vector<const Requirement*> chosen;
  const bool is_all = selection.filters.empty() && selection.groups.empty() && selection.ids.empty();
  if (is_all) add_matching(chosen, [](const Requirement&) { return true; });
  for (const std::string& pattern : selection.filters)
    if (!add_matching(chosen, [&](const Requirement& one) { return matches_pattern(pattern, one.id); }))
      return fail(fmt::format("no requirement's id matches \"{}\"; the groups are {}", pattern, known_groups()));
  for (const std::string& group : selection.groups)
    if (!add_matching(chosen, [&](const Requirement& one) { return one.group() == group; }))
      return fail(fmt::format("there is no group \"{}\"; there are {}", group, known_groups()));
  for (const std::string& id : selection.ids)
    if (!add_matching(chosen, [&](const Requirement& one) { return one.id == id; }))
      return fail(fmt::format("there is no requirement \"{}\"; `fleetsim conform --list` shows all", id));
  // In the catalogue's order, whatever was named first.
  std::sort(chosen.begin(), chosen.end(), [](const Requirement* a, const Requirement* b) { return std::less<>{}(a, b); });
  return chosen;
}

}  // namespace fleetsim::sim
