#include "sim/config/reader.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/config/seed_text.hpp"
#include "sim/config/suggest.hpp"
#include "sim/config/units.hpp"

namespace fleetsim::sim {

namespace {
constexpr std::size_t shown_bytes_max = 60;
const Node empty_map{
    .kind = Node::Kind::map, .at = {}, .text = {}, .quoted = false, .variables = {}, .children = {}, .key = {}, .key_at = {}};
}  // namespace

std::string show(const Node& node) {
  if (node.kind != Node::Kind::scalar) return std::string{describe(node.kind)};
  std::string out = "\"";
  for (const char c : node.text.substr(0, shown_bytes_max)) out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
  if (node.text.size() > shown_bytes_max) out += "...";
  return out + "\"";
}

MapReader::MapReader(const Node& node, std::string path, Diagnostics& diagnostics)
    : node_(node.kind == Node::Kind::map ? node : empty_map), path_(std::move(path)), diagnostics_(diagnostics) {
  if (node.kind != Node::Kind::map && node.kind != Node::Kind::null) wrong(node, path_, "a map");
}

bool MapReader::has(std::string_view key) const {
  const Node* node = node_.find(key);
  return node != nullptr && node->kind != Node::Kind::null;
}

const Node* MapReader::find(std::string_view key) {
  const auto is_key = [key](const AskedKey& known) { return known.key == key; };
  if (std::none_of(known_.begin(), known_.end(), is_key)) known_.push_back({.key = std::string{key}});
  const Node* node = node_.find(key);
  return node != nullptr && node->kind != Node::Kind::null ? node : nullptr;
}

void MapReader::refuse(std::string_view key, std::string_view message) {
  const Node* node = find(key);
  for (AskedKey& known : known_) known.is_refused |= known.key == key;
  if (node != nullptr) error(node->key_at, key, message);
}

void MapReader::note_word(std::string_view key, std::string_view word) {
  for (AskedKey& known : known_)
    if (known.key == key && std::find(known.words.begin(), known.words.end(), word) == known.words.end()) known.words.push_back(word);
}

const Node* MapReader::require(std::string_view key) {
  const Node* node = find(key);
  if (node == nullptr) diagnostics_.error(node_.at, fmt::format("{}: missing", path_of(key)));
  return node;
}

std::string MapReader::path_of(std::string_view key) const {
  if (key.empty()) return path_;
  return path_.empty() ? std::string{key} : fmt::format("{}.{}", path_, key);
}

Position MapReader::at(std::string_view key) const {
  const Node* node = node_.find(key);
  return node != nullptr ? node->at : node_.at;
}

void MapReader::error(const Position& at, std::string_view key, std::string_view message) {
  diagnostics_.error(at, fmt::format("{}: {}", path_of(key), message));
}

void MapReader::wrong(const Node& node, const std::string& path, std::string_view expected) {
  if (path.empty())
    diagnostics_.error(node.at, fmt::format("expected {}, found {}", expected, show(node)));
  else
    diagnostics_.error(node.at, fmt::format("{}: expected {}, found {}", path, expected, show(node)));
}

const Node* MapReader::scalar(std::string_view key, std::string_view expected) {
  const Node* node = find(key);
  if (node == nullptr) return nullptr;
  if (node->kind == Node::Kind::scalar) return node;
  wrong(*node, path_of(key), expected);
  return nullptr;
}

bool MapReader::text(std::string_view key, std::string& out, const TextRule& rule) {
  const Node* node = scalar(key, "a text");
  if (node == nullptr) return false;
  if (node->text.size() < rule.bytes_min || node->text.size() > rule.bytes_max) {
    wrong(*node, path_of(key), fmt::format("a text of {} to {} bytes", rule.bytes_min, rule.bytes_max));
    return false;
  }
  out = node->text;
  return true;
}

bool MapReader::secret(std::string_view key, std::string& out, const TextRule& rule) {
  const Node* node = find(key);
  if (node == nullptr) return false;
  diagnostics_.keep_secret(node->variables);
  if (node->kind != Node::Kind::scalar || node->text.size() < rule.bytes_min || node->text.size() > rule.bytes_max) {
    error(node->at, key, fmt::format("expected a text of {} to {} bytes; a secret is not shown", rule.bytes_min, rule.bytes_max));
    return false;
  }
  out = node->text;
  return true;
}

bool MapReader::flag(std::string_view key, bool& out) {
  static constexpr std::string_view expected = "true or false";
  const Node* node = scalar(key, expected);
  if (node == nullptr) return false;
  if (!node->quoted && (node->text == "true" || node->text == "false")) {
    out = node->text == "true";
    return true;
  }
  wrong(*node, path_of(key), expected);
  return false;
}

bool MapReader::read_whole(std::string_view key, std::int64_t& out, const WholeRange& range) {
  const std::string expected = fmt::format("a whole number from {} to {}", range.min, range.max);
  const Node* node = scalar(key, expected);
  if (node == nullptr) return false;
  const std::optional<std::int64_t> value = node->quoted ? std::nullopt : parse_integer(node->text);
  if (!value || *value < range.min || *value > range.max) {
    wrong(*node, path_of(key), expected);
    return false;
  }
  out = *value;
  return true;
}

bool MapReader::seed(std::string_view key, std::uint64_t& out) {
  const std::string expected{seed_expected};
  const Node* node = scalar(key, expected);
  if (node == nullptr) return false;
  const std::optional<std::uint64_t> value = node->quoted ? std::nullopt : parse_seed(node->text);
  if (!value) {
    wrong(*node, path_of(key), expected);
    return false;
  }
  out = *value;
  return true;
}

bool MapReader::read_size(std::string_view key, std::int64_t& out, const WholeRange& range) {
  const std::string expected = fmt::format("a size from {} to {} bytes, such as 128 or 4KiB", range.min, range.max);
  const Node* node = scalar(key, expected);
  if (node == nullptr) return false;
  const std::optional<std::uint64_t> value = parse_size(node->text);
  if (!value || static_cast<std::int64_t>(*value) < range.min || static_cast<std::int64_t>(*value) > range.max) {
    wrong(*node, path_of(key), expected);
    return false;
  }
  out = static_cast<std::int64_t>(*value);
  return true;
}

bool MapReader::number(std::string_view key, double& out, const NumberRange& range) {
  const std::string expected = fmt::format("a number from {} to {}", range.min, range.max);
  const Node* node = scalar(key, expected);
  if (node == nullptr) return false;
  const std::optional<double> value = node->quoted ? std::nullopt : parse_number(node->text);
  if (!value || *value < range.min || *value > range.max) {
    wrong(*node, path_of(key), expected);
    return false;
  }
  out = *value;
  return true;
}

bool MapReader::share(std::string_view key, double& out) {
  static constexpr std::string_view expected = "a share from 0 to 1, or from 0% to 100%";
  const Node* node = scalar(key, expected);
  if (node == nullptr) return false;
  const std::optional<double> value = parse_share(node->text);
  if (!value || *value < 0 || *value > 1) {
    wrong(*node, path_of(key), expected);
    return false;
  }
  out = *value;
  return true;
}

bool MapReader::duration(std::string_view key, Duration& out, const DurationRange& range) {
  static constexpr std::string_view form = "a duration such as 300ms, 20s, 1m30s or 1h";
  const Node* node = scalar(key, form);
  if (node == nullptr) return false;
  const std::optional<Duration> value = parse_duration(node->text);
  if (!value) {
    wrong(*node, path_of(key), form);
    return false;
  }
  if (*value < range.min || *value > range.max) {
    wrong(*node, path_of(key), fmt::format("a duration from {} to {}", format_duration(range.min), format_duration(range.max)));
    return false;
  }
  out = *value;
  return true;
}

bool MapReader::texts(std::string_view key, std::vector<std::string>& out) {
  const Node* node = find(key);
  if (node == nullptr) return false;
  if (node->kind == Node::Kind::scalar) {
    out = {node->text};
    return true;
  }
  if (node->kind != Node::Kind::sequence) {
    wrong(*node, path_of(key), "a list of texts");
    return false;
  }
  std::vector<std::string> read;
  bool good = true;
  for (const Node& item : node->children) {
    if (item.kind == Node::Kind::scalar && !item.text.empty()) {
      read.push_back(item.text);
    } else {
      wrong(item, fmt::format("{}[{}]", path_of(key), &item - node->children.data()), "a text");
      good = false;
    }
  }
  if (good) out = std::move(read);
  return good;
}

int MapReader::read_choice(const Node& node, const std::string& path, std::span<const std::string_view> words) {
  if (node.kind == Node::Kind::scalar) {
    for (std::size_t i = 0; i < words.size(); ++i)
      if (words[i] == node.text) return static_cast<int>(i);
    diagnostics_.error(node.at,
                       fmt::format("{}: expected {}, found {}{}", path, join_choices(words), show(node), suggest(node.text, words)));
    return -1;
  }
  wrong(node, path, join_choices(words));
  return -1;
}

void MapReader::finish() {
  std::vector<std::string_view> known;
  known.reserve(known_.size());
  for (const AskedKey& one : known_) known.push_back(one.key);
  for (const Node& child : node_.children) {
    if (std::find(known.begin(), known.end(), child.key) != known.end()) continue;
    const std::string hint = suggest(child.key, known);
    diagnostics_.error(child.key_at, fmt::format("{}: unknown key{}{}", path_of(child.key), hint,
                                                 hint.empty() ? "; known are " + join_choices(known) : std::string{}));
  }
}

}  // namespace fleetsim::sim
