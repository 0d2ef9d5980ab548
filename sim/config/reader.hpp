// Typed reading of a map of the configuration tree. Every mistake is reported with its position and what was expected; reading goes on,
// so that all are found in one pass. finish() reports the keys that nobody asked for.
//
//   MapReader reader{node, "groups.meters", diagnostics};
//   reader.whole("count", group.count, {.min = 1, .max = 1'000'000});
//   reader.choice("transport", group.transport, transports);
//   reader.finish();
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devicecore/base/time.hpp"
#include "sim/config/diagnostics.hpp"
#include "sim/config/node.hpp"

namespace fleetsim::sim {

struct WholeRange {
  std::int64_t min = 0;
  std::int64_t max = std::numeric_limits<std::uint32_t>::max();
};
struct NumberRange {
  double min = 0;
  double max = 1e9;
};
struct DurationRange {
  Duration min{0};
  Duration max = std::chrono::hours{1000};
};
struct TextRule {
  std::size_t bytes_min = 1;
  std::size_t bytes_max = 1024;
};

/// The word for an enumerator, in YAML and in reports.
template <class Enum>
struct Choice {
  std::string_view word;
  Enum value;
};

class MapReader {
 public:
  /// `path` names the map in error texts ("groups.meters"); empty for the root. A node that is no map is an error, and reads as empty.
  MapReader(const Node& node, std::string path, Diagnostics& diagnostics);

  /// The value of `key`, or nullptr when it is missing or null. The key counts as known from now on.
  const Node* find(std::string_view key);
  /// The same, and an error when it is missing.
  const Node* require(std::string_view key);
  bool has(std::string_view key) const;

  // Each leaves `out` alone when the key is missing, and returns whether it read a good value.
  bool text(std::string_view key, std::string& out, const TextRule& rule = {});
  /// A text that no message may repeat, nor a report the variables that went into it.
  bool secret(std::string_view key, std::string& out, const TextRule& rule = {});
  bool flag(std::string_view key, bool& out);
  bool number(std::string_view key, double& out, const NumberRange& range = {});
  bool share(std::string_view key, double& out);
  bool duration(std::string_view key, Duration& out, const DurationRange& range = {});
  bool texts(std::string_view key, std::vector<std::string>& out);
  bool seed(std::string_view key, std::uint64_t& out);
  template <class Integer>
  bool whole(std::string_view key, Integer& out, WholeRange range = {}) {
    std::int64_t value = 0;
    if (!read_whole(key, value, clip<Integer>(range))) return false;
    out = static_cast<Integer>(value);
    return true;
  }
  template <class Integer>
  bool size(std::string_view key, Integer& out, WholeRange range = {}) {
    std::int64_t value = 0;
    if (!read_size(key, value, clip<Integer>(range))) return false;
    out = static_cast<Integer>(value);
    return true;
  }
  template <class Enum, std::size_t n>
  bool choice(std::string_view key, Enum& out, const Choice<Enum> (&choices)[n]) {
    const Node* node = find(key);
    for (const Choice<Enum>& choice : choices) note_word(key, choice.word);
    return node != nullptr && choice_of(*node, path_of(key), out, choices);
  }
  /// The same for a value that is already at hand.
  template <class Enum, std::size_t n>
  bool choice_of(const Node& node, const std::string& path, Enum& out, const Choice<Enum> (&choices)[n]) {
    std::string_view words[n];
    for (std::size_t i = 0; i < n; ++i) words[i] = choices[i].word;
    const int found = read_choice(node, path, {words, n});
    if (found < 0) return false;
    out = choices[static_cast<std::size_t>(found)].value;
    return true;
  }

  /// That the key is known, and has no place in this map: an error where it stands.
  void refuse(std::string_view key, std::string_view message);
  /// Reports every key that nobody asked for.
  void finish();

  /// What this map may have, in the order in which it was asked for; a choice with its words. For those who tell people about it.
  struct AskedKey {
    std::string key;
    std::vector<std::string_view> words{};
    bool is_refused = false;
  };
  const std::vector<AskedKey>& asked() const { return known_; }

  std::string path_of(std::string_view key) const;
  const Position& at() const { return node_.at; }
  /// Where the value of `key` stands; the map itself when it is missing.
  Position at(std::string_view key) const;
  void error(const Position& at, std::string_view key, std::string_view message);
  Diagnostics& diagnostics() { return diagnostics_; }

 private:
  template <class Integer>
  static WholeRange clip(WholeRange range) {
    if constexpr (sizeof(Integer) < sizeof(std::int64_t)) {
      range.max = std::min(range.max, static_cast<std::int64_t>(std::numeric_limits<Integer>::max()));
      range.min = std::max(range.min, static_cast<std::int64_t>(std::numeric_limits<Integer>::min()));
    }
    return range;
  }
  void note_word(std::string_view key, std::string_view word);
  bool read_whole(std::string_view key, std::int64_t& out, const WholeRange& range);
  bool read_size(std::string_view key, std::int64_t& out, const WholeRange& range);
  int read_choice(const Node& node, const std::string& path, std::span<const std::string_view> words);
  const Node* scalar(std::string_view key, std::string_view expected);
  void wrong(const Node& node, const std::string& path, std::string_view expected);

  const Node& node_;
  std::string path_;
  Diagnostics& diagnostics_;
  std::vector<AskedKey> known_;
};

/// How an error text shows a value: `"abc"`, cut when long; "a list", "a map", "nothing".
std::string show(const Node& node);

}  // namespace fleetsim::sim
