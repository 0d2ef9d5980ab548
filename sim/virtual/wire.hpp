// What both sides of a simulated network share: its settings, who is where, and what an opening message carries. Immutable while a window
// runs.
#pragma once

#include <cstdint>
#include <vector>

#include "devicecore/base/ip_address.hpp"
#include "sim/random.hpp"
#include "sim/trace/wire_event.hpp"
#include "sim/virtual/link_routes.hpp"
#include "sim/virtual/virtual_endpoints.hpp"

namespace fleetsim::sim {

struct WireFacts {
  const LinkRoutes* routes = nullptr;
  const VirtualEndpoints* endpoints = nullptr;
  std::uint64_t seed = 0;
  std::uint32_t shards = 1;  // the device at position i of the roster lives in shard i % shards

  std::uint32_t shard_of(std::uint32_t device) const { return device % shards; }
};

/// What the platform learns of a link with the SYN.
struct OpenRequest {
  IpAddress peer;         // as it is shown to the platform
  std::uint64_t who = 0;  // of LinkPlace
  std::uint32_t latency_us = 0;
  std::uint16_t endpoint = 0;  // into VirtualEndpoints::all()
  std::uint16_t device_port = 0;
  bool is_secure = false;
  std::uint8_t route = LinkRoutes::of_all;
};

/// The two directions of a link draw from streams of their own.
constexpr std::uint64_t link_seed(std::uint64_t seed, std::uint64_t who, std::uint8_t leg, std::uint32_t connection, std::uint8_t way) {
  using split_mix_64::mix;
  const std::uint64_t place = (std::uint64_t{connection} << 2) | (std::uint64_t{leg} << 1) | way;
  return mix(mix(seed ^ 0x6e6574776f726bU) ^ mix(mix(who) + place));
}

/// A port that a host would have chosen: the same link is told by it on both sides.
constexpr std::uint16_t device_port_of(std::uint8_t leg, std::uint32_t connection) {
  return static_cast<std::uint16_t>(32768 + (connection * 2 + leg) % 28000);
}

/// Of an event that either end tells: which link it is, and where that leads.
inline void name_link(WireEvent& event, std::uint32_t device, device::Leg leg, std::uint32_t connection, const VirtualEndpoint& endpoint) {
  event.device = device;
  event.leg = leg;
  event.connection = connection;
  event.endpoint = endpoint.kind == VirtualEndpoint::Kind::instance ? endpoint.instance : wire_bootstrap;
  event.device_port = device_port_of(static_cast<std::uint8_t>(leg), connection);
  event.platform_port = endpoint.port;
  event.platform_address = endpoint.address;
}

}  // namespace fleetsim::sim
