#include "sim/live/host_lookup.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <netdb.h>
#include <netinet/in.h>

namespace fleetsim::sim {

std::optional<IpAddress> look_up_host(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* all = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &all) != 0 || all == nullptr) return std::nullopt;
  // One address has to do for all devices, and brokers listen on IPv4 more often: "localhost" alone may mean ::1 first.
  const addrinfo* found = all;
  for (const addrinfo* one = all; one != nullptr && found->ai_family != AF_INET; one = one->ai_next)
    if (one->ai_family == AF_INET) found = one;
  std::optional<IpAddress> address;
  if (found->ai_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, found->ai_addr, sizeof in);
    address = IpAddress::from_v4(ntohl(in.sin_addr.s_addr));
  } else if (found->ai_family == AF_INET6) {
    sockaddr_in6 in6{};
    std::memcpy(&in6, found->ai_addr, sizeof in6);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &in6.sin6_addr, bytes.size());
    address = IpAddress{bytes};
  }
  freeaddrinfo(all);
  return address;
}

}  // namespace fleetsim::sim
