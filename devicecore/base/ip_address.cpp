#include "devicecore/base/ip_address.hpp"

namespace fleetsim {
namespace {

std::optional<std::uint32_t> parse_dotted_quad(std::string_view text) {
  std::uint32_t value = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (text.empty() || text.front() != '.') return std::nullopt;
      text.remove_prefix(1);
    }
    std::uint32_t octet = 0;
    std::size_t digits = 0;
    while (digits < text.size() && digits < 4 && text[digits] >= '0' && text[digits] <= '9') {
      octet = octet * 10 + static_cast<std::uint32_t>(text[digits] - '0');
      ++digits;
    }
    const bool leading_zero = digits > 1 && text[0] == '0';
    if (digits == 0 || digits > 3 || octet > 255 || leading_zero) return std::nullopt;
    text.remove_prefix(digits);
    value = (value << 8) | octet;
  }
  if (!text.empty()) return std::nullopt;
  return value;
}

// Not std::string_view's own find and substr: they need memchr and a throwing check, which a firmware may lack.
std::size_t find(std::string_view text, std::string_view wanted) {
  for (std::size_t at = 0; at + wanted.size() <= text.size(); ++at)
    if (std::string_view(text.data() + at, wanted.size()) == wanted) return at;
  return std::string_view::npos;
}

std::string_view first_part(std::string_view text, std::size_t end) { return {text.data(), end < text.size() ? end : text.size()}; }

std::string_view rest_from(std::string_view text, std::size_t begin) {
  text.remove_prefix(begin);
  return text;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// An embedded IPv4 may only stand at the very end of an address (RFC 4291 §2.2), so never before "::".
enum class EmbeddedV4 : std::uint8_t { forbidden, allowed };

/// Groups of one side of "::" into `groups`; returns how many, or -1 when malformed.
int parse_groups(std::string_view text, std::span<std::uint16_t, 8> groups, EmbeddedV4 embedded) {
  int count = 0;
  if (text.empty()) return 0;
  for (;;) {
    if (count == 8) return -1;
    const std::size_t colon = find(text, ":");
    const std::string_view group = first_part(text, colon);
    if (find(group, ".") != std::string_view::npos) {  // an embedded IPv4 ends the address
      const auto quad = parse_dotted_quad(group);
      if (embedded == EmbeddedV4::forbidden || !quad || colon != std::string_view::npos || count > 6) return -1;
      groups[static_cast<std::size_t>(count)] = static_cast<std::uint16_t>(*quad >> 16);
      groups[static_cast<std::size_t>(count) + 1] = static_cast<std::uint16_t>(*quad & 0xffffU);
      return count + 2;
    }
    if (group.empty() || group.size() > 4) return -1;
    std::uint32_t value = 0;
    for (const char c : group) {
      const int digit = hex_value(c);
      if (digit < 0) return -1;
      value = value * 16 + static_cast<std::uint32_t>(digit);
    }
    groups[static_cast<std::size_t>(count++)] = static_cast<std::uint16_t>(value);
    if (colon == std::string_view::npos) return count;
    text.remove_prefix(colon + 1);
    if (text.empty()) return -1;
  }
}

class TextWriter {
 public:
  explicit TextWriter(std::span<char> out) : out_(out) {}
  void put(char c) { out_[used_++] = c; }
  void put_number(std::uint32_t value, std::uint32_t base) {
    std::array<char, 10> digits{};
    std::size_t n = 0;
    do {
      const std::uint32_t digit = value % base;
      digits[n++] = static_cast<char>(digit < 10 ? '0' + digit : 'a' + digit - 10);
      value /= base;
    } while (value != 0);
    while (n > 0) put(digits[--n]);
  }
  std::string_view text() const { return {out_.data(), used_}; }

 private:
  std::span<char> out_;
  std::size_t used_ = 0;
};

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (const auto quad = parse_dotted_quad(text)) return from_v4(*quad);
  std::array<std::uint16_t, 8> head{};
  std::array<std::uint16_t, 8> tail{};
  int head_count = 0;
  int tail_count = 0;
  const std::size_t gap = find(text, "::");
  if (gap == std::string_view::npos) {
    head_count = parse_groups(text, head, EmbeddedV4::allowed);
    if (head_count != 8) return std::nullopt;
  } else {
    head_count = parse_groups(first_part(text, gap), head, EmbeddedV4::forbidden);
    tail_count = parse_groups(rest_from(text, gap + 2), tail, EmbeddedV4::allowed);
    if (head_count < 0 || tail_count < 0 || head_count + tail_count > 7) return std::nullopt;
  }
  std::array<std::uint8_t, 16> bytes{};
  const auto place = [&bytes](std::size_t group, std::uint16_t value) {
    bytes[2 * group] = static_cast<std::uint8_t>(value >> 8);
    bytes[2 * group + 1] = static_cast<std::uint8_t>(value & 0xffU);
  };
  for (int i = 0; i < head_count; ++i) place(static_cast<std::size_t>(i), head[static_cast<std::size_t>(i)]);
  const auto tail_size = static_cast<std::size_t>(tail_count);
  for (std::size_t i = 0; i < tail_size; ++i) place(8 - tail_size + i, tail[i]);
  return IpAddress{bytes};
}

std::string_view IpAddress::format(std::span<char, text_bytes_max> out) const {
  TextWriter writer(out);
  if (is_v4()) {
    for (std::size_t i = 12; i < 16; ++i) {
      if (i > 12) writer.put('.');
      writer.put_number(bytes_[i], 10);
    }
    return writer.text();
  }
  const auto group = [this](std::size_t i) { return static_cast<std::uint32_t>((bytes_[2 * i] << 8) | bytes_[2 * i + 1]); };
  // RFC 5952 §4.2: the longest run of two or more zero groups becomes "::", the first of equals.
  std::size_t best_at = 8;
  std::size_t best_length = 1;
  for (std::size_t i = 0; i < 8;) {
    std::size_t length = 0;
    while (i + length < 8 && group(i + length) == 0) ++length;
    if (length > best_length) {
      best_at = i;
      best_length = length;
    }
    i += length + 1;
  }
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == best_at) {
      writer.put(':');
      writer.put(':');
      i += best_length - 1;
      continue;
    }
    if (i > 0 && i != best_at + best_length) writer.put(':');
    writer.put_number(group(i), 16);
  }
  return writer.text();
}

}  // namespace fleetsim
