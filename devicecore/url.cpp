#include "devicecore/url.hpp"

#include "devicecore/decimal.hpp"
#include "devicecore/endpoint.hpp"

namespace fleetsim::device {
namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// How many characters stand before the first of `ends`, or all.
std::size_t size_before(std::string_view text, std::string_view ends) {
  for (std::size_t i = 0; i < text.size(); ++i)
    for (const char end : ends)
      if (text[i] == end) return i;
  return text.size();
}

bool is_printable(std::string_view text) {
  for (const char c : text)
    if (c <= ' ' || c > '~' || c == '"' || c == '<' || c == '>' || c == '\\') return false;
  return true;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  if (!is_printable(text)) return std::nullopt;
  Url url;
  url.tls = take(text, "https://");
  if (!url.tls && !take(text, "http://")) return std::nullopt;
  url.port = url.tls ? https_port : http_port;

  std::string_view authority(text.data(), size_before(text, "/?#"));
  text.remove_prefix(authority.size());
  url.path = std::string_view(text.data(), size_before(text, "#"));
  if (!url.path.empty() && url.path.front() != '/') return std::nullopt;  // "host?query": no server of ours says so

  const bool bracketed = take(authority, "[");
  url.host = std::string_view(authority.data(), size_before(authority, bracketed ? "]" : ":"));
  authority.remove_prefix(url.host.size());
  if (bracketed && !take(authority, "]")) return std::nullopt;
  if (!is_valid_host(url.host)) return std::nullopt;
  if (authority.empty()) return url;
  if (!take(authority, ":")) return std::nullopt;
  const auto port = parse_decimal(authority, 65535);
  if (!port || *port == 0) return std::nullopt;
  url.port = static_cast<std::uint16_t>(*port);
  return url;
}

}  // namespace fleetsim::device
