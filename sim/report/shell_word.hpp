// A text as a POSIX shell takes it for one word, whatever is in it: for command lines that people paste.
//
//   line += " --set " + shell_word("note=a b; touch x");   // 'note=a b; touch x'
#pragma once

#include <string>
#include <string_view>

namespace fleetsim::sim {

/// As it is when no shell minds it, else in single quotes.
std::string shell_word(std::string_view text);

}  // namespace fleetsim::sim
