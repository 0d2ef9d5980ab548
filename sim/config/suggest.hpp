// "Did you mean ...?" for a word that is none of the known ones.
//
//   suggest("treshold", {"threshold", "timeout"})  ->  " (did you mean \"threshold\"?)"
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fleetsim::sim {

/// How many letters must be added, dropped, changed or swapped with their neighbour to make `a` of `b`; case does not count.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// Empty when nothing is near enough (a third of the letters, at most three).
std::string suggest(std::string_view word, std::span<const std::string_view> known);

/// no group "meter" (did you mean "meters"?), or all the known ones when none is near.
std::string no_such_word(std::string_view kind, std::string_view word, std::span<const std::string_view> known);

/// "a, b or c".
std::string join_choices(std::span<const std::string_view> choices);

}  // namespace fleetsim::sim
