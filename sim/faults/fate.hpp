// What faults decide about a link, and links carry out: the one contract between the two. Virtual links and the proxy on real sockets obey
// the same words, so that a fault is written once. All of it is a function of settings, time, the link and its own random stream.
#pragma once

#include <cstddef>
#include <cstdint>

#include "devicecore/base/time.hpp"
#include "devicecore/link.hpp"
#include "sim/trace/wire_event.hpp"

namespace fleetsim::sim {

/// Whose link it is, and where it leads.
struct LinkPlace {
  std::uint64_t who = 0;     // fleet_index() of the device: what is drawn for it does not depend on who else is there
  std::uint16_t group = 0;   // of the scenario
  std::uint16_t region = 0;  // of the endpoint, into TagNames::regions; 0: the global bootstrap endpoint
  device::Leg leg{};
  std::uint32_t connection = 0;  // of this device and leg, counted from 1
  Instant opened_at{};           // when the device asked for it
};

/// Of an attempt to open a link.
struct OpenFate {
  enum class Kind : std::uint8_t {
    goes_on,
    refused,       // RST to the SYN
    unanswered,    // the SYN is lost, and so are those that follow: the device's own time-out ends it
    name_unknown,  // the name leads nowhere
  } kind = Kind::goes_on;
  Duration delay{0};  // more than the link has anyway: of the SYN and of its answer together
  friend bool operator==(const OpenFate&, const OpenFate&) = default;
};

/// Of one attempt to carry one segment in one direction. Several faults add up: delays are added, the narrowest bandwidth and the smallest
/// slice count, lost and the ends are "or".
struct SegmentFate {
  Duration delay{0};                   // on top of the link's latency; may be negative by jitter, never below the world's least latency
  bool lost = false;                   // it is sent again after a retransmission time-out, and faults are asked again
  bool held = false;                   // it vanishes and nobody tells: neither end learns of it until the link ends (timeout)
  std::uint64_t bytes_per_second = 0;  // 0: no bound
  std::size_t slice_bytes = 0;         // cut into pieces of this size; 0: in one piece
  Duration slice_delay{0};             // between the pieces
  Duration close_delay{0};             // an orderly end of stream arrives so much later (slow_close)
  enum class End : std::uint8_t { none, reset, close } end = End::none;
  std::size_t end_after_bytes = 0;  // of this segment, the first so many still arrive before `end`
  friend bool operator==(const SegmentFate&, const SegmentFate&) = default;
};

/// When a living link must be ended, whatever is sent on it.
struct LinkEnding {
  Instant at = kNever;
  SegmentFate::End how = SegmentFate::End::none;
  std::uint32_t fault = 0;  // for FaultSet::ended()
};

}  // namespace fleetsim::sim
