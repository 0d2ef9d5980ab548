#include "sim/trace/secrets.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "devicecore/ascii.hpp"

namespace fleetsim::sim {
namespace {

// In lower case: who writes one otherwise means the same. A name counts when it stands alone, not as the end of another.
constexpr std::array<std::string_view, 10> secret_names = {
    "devicesecret", "productsecret", "devicetoken", "iottoken", "token", "password", "sign", "signature", "random", "accesskeysecret",
};

constexpr bool is_name_letter(char c) { return device::is_alphanumeric(c) || c == '_' || c == '-'; }

/// Bytes of the secret's name that begins at `at`; 0 when none does.
std::size_t name_bytes(std::string_view text, std::size_t at) {
  if (at > 0 && is_name_letter(text[at - 1])) return 0;
  for (const std::string_view name : secret_names) {
    if (!device::equals_ignoring_case(text.substr(at, name.size()), name)) continue;
    const std::size_t end = at + name.size();
    if (end == text.size() || !is_name_letter(text[end])) return name.size();
  }
  return 0;
}

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::size_t behind_spaces(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

/// The inside of a JSON string that begins at `at`, up to the quote that ends it.
ByteRange quoted_value(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2U : 1U;
  return {at, std::min(end, text.size())};
}

ByteRange bare_value(std::string_view text, std::size_t at, std::string_view stops) {
  const std::size_t end = text.find_first_of(stops, at);
  return {at, end == std::string_view::npos ? text.size() : end};
}

/// JSON inside a JSON string: its quotes have backslashes before them.
std::size_t behind_quote(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] == '\\') ++at;
  return at < text.size() && text[at] == '"' ? at + 1 : std::string_view::npos;
}

/// What the name that ends at `at` has as its value; empty when it is no name of anything.
ByteRange value_behind(std::string_view text, std::size_t at) {
  if (at < text.size() && text[at] == '=') return bare_value(text, at + 1, "&|,;\" \t\r\n");
  if (const std::size_t closed = behind_quote(text, at); closed != std::string_view::npos) at = closed;
  at = behind_spaces(text, at);
  if (at >= text.size() || text[at] != ':') return {};
  at = behind_spaces(text, at + 1);
  const std::size_t opened = at < text.size() ? behind_quote(text, at) : std::string_view::npos;
  if (opened == at + 1) return quoted_value(text, opened);
  if (opened != std::string_view::npos) return bare_value(text, opened, "\\\"");
  return bare_value(text, at, ",}]\r\n");
}

}  // namespace

std::vector<ByteRange> find_secrets(std::string_view text) {
  std::vector<ByteRange> found;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t name = name_bytes(text, at);
    if (name == 0) {
      ++at;
      continue;
    }
    const ByteRange value = value_behind(text, at + name);
    at = std::max(at + name, value.end);
    if (value.size() > 0) found.push_back(value);
  }
  return found;
}

std::string without_secrets(std::string_view text, std::span<const ByteRange> secrets) {
  std::string shown;
  std::size_t at = 0;
  for (const ByteRange& secret : secrets) {
    shown.append(text.substr(at, secret.begin - at));
    shown.append("(").append(std::to_string(secret.size())).append(" bytes)");
    at = secret.end;
  }
  return shown.append(text.substr(at));
}

void overwrite_secrets(MutableBytes bytes, std::span<const ByteRange> secrets) {
  for (const ByteRange& secret : secrets)
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(secret.begin), bytes.begin() + static_cast<std::ptrdiff_t>(secret.end),
              std::uint8_t{'*'});
}

}  // namespace fleetsim::sim
