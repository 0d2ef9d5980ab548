// What invariants may know of a run beforehand: who the devices are, what their firmware's documents promise, where instances are. Taken
// from the scenario and from documents, never from the code that is being judged: a firmware whose back-off has lost its cap must not get
// its rule from that back-off.
//
//   FleetFacts facts{.groups = {...}, .devices = {...}, .instances = {"iotx-oxssharez200"}};
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/time.hpp"
#include "devicecore/device_config.hpp"

namespace fleetsim::sim {

/// Between a failure and the next try.
struct WaitRule {
  Duration first{0};  // at least so long before the first try since the waits were forgiven
  Duration floor{0};  // at least so long before any later one
  Duration cap{0};    // at most so long
  bool success_forgives = false;
};

/// As devicecore/profiles/README.md documents the profile of that name; one that stands in no document waits as the reference does.
WaitRule documented_waits(std::string_view profile, const device::BackoffConfig& config);

/// Whether a device comes back by itself once nothing is wrong any more.
enum class Comeback : std::uint8_t {
  always,
  unless_moved,  // its firmware does not look for a new place: once a job has named it, nothing is promised
  never,
};

struct GroupFacts {
  std::string name{};
  WaitRule waits{};
  Duration stable_online = std::chrono::seconds{60};
  Duration connect_timeout = std::chrono::seconds{10};
  Duration bootstrap_timeout = std::chrono::seconds{10};
  Duration response_timeout = std::chrono::seconds{10};
  Duration publish_retry = std::chrono::seconds{10};
  Duration silence_max = std::chrono::seconds{225};  // before it asks whether its server is there: three quarters of keep-alive
  std::uint8_t endpoint_failures_max = 3;
  bool bootstraps = true;
  bool replies_to_notify = true;
  bool reboots_to_move = false;
  bool registers = false;        // it asks for its secret
  bool gets_a_token = false;     // in place of a secret; a token crosses the link by design
  std::string product_secret{};  // never logged
  Comeback comeback = Comeback::always;
};

/// As its documents describe the firmware of that profile; what they leave open is the configuration's. One that stands in no document is
/// promised to do what the reference does.
GroupFacts documented_group(std::string_view profile, const device::DeviceConfig& config);

inline constexpr std::uint16_t no_instance = 0xffff;

struct DeviceFacts {
  std::string_view product_key;
  std::string_view device_name;
  std::string_view secret;  // never logged; empty: not known beforehand
  std::uint16_t group = 0;
  std::uint16_t home = no_instance;  // where it is bound at the start
};

struct FleetFacts {
  std::vector<GroupFacts> groups{};
  std::vector<DeviceFacts> devices{};    // by position in the roster
  std::vector<std::string> instances{};  // by position in the platform's configuration
  Duration source_grace = std::chrono::seconds{30};
  bool limits_connects = false;                        // limits: documented: so many connects a minute and device
  Duration tolerance = std::chrono::milliseconds{10};  // how late the world may do what is due
  std::int64_t clock_rate_error_ppm = 0;               // how fast or slow a device's clock may run
  Duration clock_jump_max{0};                          // how far one may be set at most
  std::vector<Instant> clock_jumps{};                  // when
  bool clocks_may_jump_any_time = false;
  bool links_are_free = true;  // no device has to stand in line for its links

  /// A clock may have been set between the two, or stand still since it was set back: what was measured says nothing.
  bool may_have_jumped(Instant from, Instant until) const {
    if (clocks_may_jump_any_time) return true;
    for (const Instant jump : clock_jumps)
      if (from <= jump + clock_jump_max && jump <= until) return true;
    return false;
  }
  const GroupFacts& group_of(std::uint32_t device) const { return groups[devices[device].group]; }
  std::string_view instance_name(std::uint16_t instance) const {
    return instance < instances.size() ? std::string_view{instances[instance]} : std::string_view{"an unknown instance"};
  }
};

/// The devices that one thread has: `count` of them, from `first` on, `stride` apart. State of theirs is kept by slot.
struct DeviceShare {
  std::uint32_t first = 0;
  std::uint32_t stride = 1;
  std::uint32_t count = 0;

  static constexpr std::uint32_t not_here = 0xffffffffU;
  constexpr std::uint32_t slot_of(std::uint32_t device) const {
    if (device < first || (device - first) % stride != 0) return not_here;
    const std::uint32_t slot = (device - first) / stride;
    return slot < count ? slot : not_here;
  }
  constexpr std::uint32_t device_of(std::uint32_t slot) const { return first + slot * stride; }
};

}  // namespace fleetsim::sim
