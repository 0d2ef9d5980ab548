// An absolute http or https URL, taken apart. Views point into the text.
//
//   const auto url = parse_url("https://files.example:8443/image.bin?token=1");
//   if (url) open(url->host, url->port, url->tls), get(url->path);
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace fleetsim::device {

struct Url {
  bool tls = false;
  std::uint16_t port = 0;
  std::string_view host;  // an IPv6 address without its brackets
  std::string_view path;  // with the query, without the fragment; empty: "/"
};

/// Nothing when the scheme is another, the host is none, the port is no port, there is user information, or a character stands in it that
/// a URL may not have.
std::optional<Url> parse_url(std::string_view text);

}  // namespace fleetsim::device
