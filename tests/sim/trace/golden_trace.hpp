// One fixed trace and what its hash is, on whatever compiler and build: tests of both hold it against the same text.
//
//   ensure(golden_trace_hash() == golden_trace_text);
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/trace/trace_hash.hpp"

namespace fleetsim::sim {

inline constexpr std::string_view golden_trace_text = "c6f1ff13131b30d945317fbc7551eec8";

/// A few events of every kind and of every length around the words that the hash reads, in two parts.
inline std::string golden_trace_hash() {
  std::array<TraceHash, 2> parts;
  std::array<std::uint8_t, 100> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + 1);
  WireEvent event;
  event.device_address = IpAddress::from_v4(0x0a000001);
  event.platform_address = IpAddress::from_v4(0x0a000002);
  event.device_port = 50'000;
  event.platform_port = 1883;
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    event.at += Duration{static_cast<std::int64_t>(size) * 12'345};
    event.device = static_cast<std::uint32_t>(size % 3);
    event.kind = static_cast<WireKind>(size % 6);
    event.direction = size % 2 == 0 ? Direction::up : Direction::down;
    event.bytes = ByteView(bytes).first(size);
    parts[size % 2].on_wire(event);
  }
  return hex_text(combined(std::array{parts[0].digest(), parts[1].digest()}));
}

}  // namespace fleetsim::sim
