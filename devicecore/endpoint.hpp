// Where an MQTT server is. Valid by construction of whoever fills it: see parse_bootstrap_answer().
#pragma once

#include <cstdint>
#include <string_view>

#include "devicecore/base/bounded_string.hpp"
#include "devicecore/limits.hpp"

namespace fleetsim::device {

struct Endpoint {
  BoundedString<limits::host_bytes_max> host;
  std::uint16_t port = 0;

  friend bool operator==(const Endpoint& a, const Endpoint& b) { return a.host == b.host && a.port == b.port; }
};

/// 1..128 characters of a name or an IPv4 address, or of an IPv6 address without brackets.
bool is_valid_host(std::string_view host);

}  // namespace fleetsim::device
