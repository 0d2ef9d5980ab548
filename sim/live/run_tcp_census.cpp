#include "sim/live/run_tcp_census.hpp"

#include <arpa/inet.h>
#include <cstdio>
#include <fstream>
#include <istream>
#include <string>
#include <unordered_map>

namespace fleetsim::sim {
namespace {

constexpr unsigned state_established = 1;

std::uint64_t key_of(std::uint32_t address, std::uint32_t port) { return (std::uint64_t{address} << 16) | port; }

}  // namespace

std::vector<std::uint64_t> count_established(std::istream& table, const std::vector<TcpEndpoint>& endpoints) {
  std::unordered_map<std::uint64_t, std::size_t> wanted;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    if (endpoints[i].address.is_v4()) wanted.emplace(key_of(endpoints[i].address.v4(), endpoints[i].port), i);
  }
  std::vector<std::uint64_t> counts(endpoints.size(), 0);
  std::string line;
  while (std::getline(table, line)) {
    unsigned remote = 0;
    unsigned port = 0;
    unsigned state = 0;
    // "  0: 0100007F:1F90 0101007F:C350 01 ...": addresses are printed as they lie in memory, ports in host order.
    if (std::sscanf(line.c_str(), " %*u: %*8x:%*4x %8x:%4x %2x", &remote, &port, &state) != 3 || state != state_established) continue;
    const auto at = wanted.find(key_of(ntohl(remote), port));
    if (at != wanted.end()) ++counts[at->second];
  }
  return counts;
}

std::optional<std::vector<std::uint64_t>> count_established(const std::vector<TcpEndpoint>& endpoints) {
  std::ifstream table("/proc/net/tcp");
  if (!table) return std::nullopt;
  return count_established(table, endpoints);
}

}  // namespace fleetsim::sim
