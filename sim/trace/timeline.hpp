// One device's story of one run: links, decoded messages and what both sides told, in one order, with the moment at either end. Made from
// a recording; written by timeline_text.hpp and timeline_json.hpp. No secret is in it.
//
//   const Timeline timeline = timeline_of(recorder.take(7), {.device = "a1TestPK001/meter-000007", .endpoints = ids}, kNever);
//   std::fputs(timeline_text(timeline).c_str(), stdout);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "devicecore/base/time.hpp"
#include "sim/trace/conversation.hpp"
#include "sim/trace/recorder.hpp"

namespace fleetsim::sim {

/// What of a link an entry tells.
enum class LinkStage : std::uint8_t { opening, opened, failed, finished, reset };

struct TimelineEntry {
  enum class Kind : std::uint8_t { link, message, note } kind = Kind::note;
  TwoMoments at;  // of a message: when its last byte had left, and when it had arrived
  // of link and message
  device::Leg leg{};
  std::uint32_t connection = 0;
  bool is_kept_back = false;  // an attempt that never came to the network: a fault kept it, or no address is known
  std::uint16_t endpoint = wire_bootstrap;
  Direction direction{};  // of a message, and of finished and reset: by whom
  bool arrives = true;    // false: the other end told of the link, but never of this
  // of link
  LinkStage moment{};
  device::LinkEnd end{};  // of failed
  IpAddress device_address;
  IpAddress platform_address;
  std::uint16_t device_port = 0;
  std::uint16_t platform_port = 0;

  DecodedMessage message;
  TraceNote note;
};

/// Which run and which device it is.
struct TimelineHead {
  std::string scenario{};
  std::uint64_t seed = 0;
  std::string device{};                  // "pk/dn"
  std::string group{};                   // may be empty
  std::uint32_t position = 0;            // in the roster
  std::vector<std::string> endpoints{};  // instance ids, by their position in the platform's configuration
  std::string trace_hash{};              // of the whole run; may be empty

  /// "bootstrap", an instance's id, or its number when there is no name for it.
  std::string endpoint_name(std::uint16_t endpoint) const;
};

struct Timeline {
  TimelineHead head;
  Instant until = kNever;
  std::vector<TimelineEntry> entries;  // by their first moment; at one moment: notes, what arrives, what is sent
  std::vector<std::string> contradictions;
  std::uint64_t events_left_out = 0;
  std::uint64_t notes_left_out = 0;
};

/// What began after `until` is left out.
Timeline timeline_of(const Recording& recording, const TimelineHead& head, Instant until);

std::string_view link_stage_name(LinkStage moment);
/// "refused", "closed_by_peer", ...: as the event stream has them.
std::string_view link_end_text(device::LinkEnd end);

}  // namespace fleetsim::sim
