// Every limit of recording and decoding in one place. What exceeds one is counted or said, never silently missing.
//
//   TraceRecorder recorder({7}, {.bytes_max = 1U << 20});
#pragma once

#include <cstddef>

namespace fleetsim::sim {

struct RecorderLimits {
  std::size_t bytes_max = std::size_t{64} << 20;  // on the wire, of all chosen devices and both ends
  std::size_t events_max = 1'000'000;             // likewise, and of what both sides told
};

namespace trace_limits {

inline constexpr std::size_t hex_bytes_shown = 24;           // of bytes that are no text or cannot be read
inline constexpr std::size_t text_bytes_in_json = 4096;      // of a payload or body
inline constexpr std::size_t http_header_bytes_max = 65536;  // start line and headers; more is not read
inline constexpr std::size_t http_headers_max = 200;

}  // namespace trace_limits
}  // namespace fleetsim::sim
