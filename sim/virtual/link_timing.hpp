// When what goes into one direction of a link comes out of it: latency of the link, jitter of the segment, the time that the bytes take on
// a narrow line, and never before what went in earlier (a byte stream keeps its order).
//
//   LinkTiming timing = LinkTiming::draw(settings, random);
//   Instant arrives = timing.arrival(settings, bytes, now);
#pragma once

#include <algorithm>
#include <cstdint>

#include "devicecore/base/time.hpp"
#include "sim/random.hpp"
#include "sim/scenario/network.hpp"

namespace fleetsim::sim {

/// One-way latency of a link, microseconds.
std::uint32_t draw_latency(const LatencyQuantiles& quantiles, RandomStream& random);

/// TCP/IPv4 and Ethernet around each segment of at most so many bytes: what a narrow line carries besides.
inline constexpr std::uint32_t segment_bytes_max = 1460;
inline constexpr std::uint32_t segment_overhead_bytes = 54;
/// RFC 5246 §6.2.3: header, explicit nonce and tag of an AES-GCM record.
inline constexpr std::uint32_t tls_record_overhead_bytes = 29;
/// A full TLS 1.2 handshake with one ECDSA certificate: two round trips, and roughly what each side sends.
inline constexpr std::uint32_t tls_round_trips = 2;
inline constexpr std::uint32_t tls_handshake_bytes_up = 450;
inline constexpr std::uint32_t tls_handshake_bytes_down = 1450;

struct LinkTiming {
  Instant last_arrival{};
  Instant line_free{};  // of a narrow line
  RandomStream random{0};
  std::uint32_t latency_us = 0;
  bool is_secure = false;
  std::uint8_t route = 0;  // LinkRoutes: whose line it is

  Instant arrival(const LineSettings& settings, std::size_t bytes, Instant now, Duration more = Duration{0}) {
    Instant leaves = now;
    if (settings.bytes_per_second > 0) {
      leaves = std::max(now, line_free) + line_time(settings.bytes_per_second, bytes);
      line_free = leaves;
    }
    std::int64_t takes = latency_us;
    if (const auto jitter = static_cast<std::uint32_t>(settings.jitter.count()); jitter > 0) takes += random.below(jitter + 1);
    last_arrival = std::max(last_arrival, leaves + Duration{takes} + more);
    return last_arrival;
  }
  /// Bytes that the line has not taken yet.
  std::uint64_t waiting(const LineSettings& settings, Instant now) const {
    if (settings.bytes_per_second == 0 || line_free <= now) return 0;
    return static_cast<std::uint64_t>((line_free - now).count()) * settings.bytes_per_second / 1'000'000;
  }
  Duration line_time(std::uint64_t bytes_per_second, std::size_t bytes) const {
    const std::size_t segments = std::max<std::size_t>(1, (bytes + segment_bytes_max - 1) / segment_bytes_max);
    const std::size_t all = bytes + segments * segment_overhead_bytes + (is_secure && bytes > 0 ? tls_record_overhead_bytes : 0);
    return Duration{static_cast<std::int64_t>((all * 1'000'000 + bytes_per_second - 1) / bytes_per_second)};
  }
};

}  // namespace fleetsim::sim
