#include "sim/conformance/duts/command_text.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>

namespace fleetsim::sim {
namespace {

constexpr std::string_view command_blanks = " \t\r\n";

/// Reads one word of a command; `at` stands on its first character.
class WordReader {
 public:
  WordReader(std::string_view command, std::size_t& at) : command_(command), at_(at) {}

  /// The error says what is never closed.
  std::string read(std::string& word) {
    while (at_ < command_.size() && command_blanks.find(command_[at_]) == std::string_view::npos) {
      const char c = command_[at_++];
      std::string wrong;
      if (c == '\'' || c == '"') {
        wrong = quoted_part(c, word);
      } else if (c == '\\') {
        if (at_ == command_.size()) return "the command ends with a \\ that escapes nothing";
        word += command_[at_++];
      } else {
        word += c;
      }
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

 private:
  std::string quoted_part(char quote, std::string& word) {
    const std::size_t opened = at_ - 1;
    while (at_ < command_.size() && command_[at_] != quote) {
      const bool escapes =
          quote == '"' && command_[at_] == '\\' && at_ + 1 < command_.size() && (command_[at_ + 1] == '"' || command_[at_ + 1] == '\\');
      if (escapes) ++at_;
      word += command_[at_++];
    }
    if (at_ == command_.size()) return fmt::format("the {} at position {} of the command is never closed", quote, opened + 1);
    ++at_;
    return {};
  }

  std::string_view command_;
  std::size_t& at_;
};

bool is_place_name(std::string_view name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

std::string names_of(const Placeholders& places) {
  std::string names;
  for (const auto& [name, value] : places) names += (names.empty() ? "{" : ", {") + name + "}";
  return names;
}

}  // namespace

Result<std::vector<std::string>, std::string> split_command(std::string_view command) {
  std::vector<std::string> words;
  for (std::size_t at = command.find_first_not_of(command_blanks); at < command.size();
       at = command.find_first_not_of(command_blanks, at)) {
    std::string word;
    if (std::string wrong = WordReader(command, at).read(word); !wrong.empty()) return fail(std::move(wrong));
    words.push_back(std::move(word));
  }
  if (words.empty() || words.front().empty()) return fail(std::string("there is no command: expected a program and its arguments"));
  return words;
}

Result<std::string, std::string> fill_in(std::string_view word, const Placeholders& places) {
  std::string filled;
  while (!word.empty()) {
    const std::size_t open = word.find('{');
    filled += word.substr(0, open);
    if (open == std::string_view::npos) break;
    word.remove_prefix(open + 1);
    if (word.starts_with('{')) {
      filled += '{';
      word.remove_prefix(1);
      continue;
    }
    const std::size_t close = word.find('}');
    const std::string_view name = word.substr(0, close);
    if (close == std::string_view::npos || !is_place_name(name)) {
      filled += '{';
      continue;
    }
    const auto found = places.find(name);
    if (found == places.end())
      return fail(fmt::format("there is no {{{}}} to fill in; there are {} (and {{{{ for a brace)", name, names_of(places)));
    filled += found->second;
    word.remove_prefix(close + 1);
  }
  return filled;
}

bool names_place(const std::vector<std::string>& words, std::string_view place) {
  const std::string mark = fmt::format("{{{}}}", place);
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return word.find(mark) != std::string::npos; });
}

}  // namespace fleetsim::sim
