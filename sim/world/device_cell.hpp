// All that a shard keeps for one device: the device itself, its links, and the little that measuring it takes. Ten thousand idle devices
// must fit in 2 KB each, so what only some need is behind pointers.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "devicecore/base/ip_address.hpp"
#include "devicecore/device.hpp"
#include "devicecore/limits.hpp"
#include "devicecore/sub_device.hpp"
#include "sim/random.hpp"
#include "sim/world/device_traffic.hpp"
#include "sim/world/flash.hpp"
#include "sim/world/foreign_device.hpp"
#include "sim/world/link.hpp"

namespace fleetsim::sim {

enum class Power : std::uint8_t { off, on, going_off };

/// What a device is told once it has a place among connects_in_flight: each of these makes it open a link.
enum class Gate : std::uint8_t { none, arrival, deadline, link_closed, open_link };

/// An OpenLink that waits for a place.
struct WantedLink {
  device::Leg leg = device::Leg::mqtt;
  bool tls = false;
  std::uint16_t port = 0;
  std::string host;
};

/// Why a device is not where it should be; the text is made when somebody asks.
struct LastFailure {
  device::EventKind kind{};
  device::Failure failure = device::Failure::none;
  device::LinkEnd end = device::LinkEnd::closed_by_us;
  bool known = false;
  std::int32_t code = 0;
};

/// The devices behind a gateway, as its shell lends them to it.
struct SubFleet {
  struct Extra {
    std::uint16_t group = 0;
    bool online = false;
    bool has_moved = false;
    std::uint64_t endpoint = 0;  // where it was online last
  };
  std::vector<device::SubDevice> devices;
  std::vector<Extra> extras;  // one each
};

struct DeviceCell {
  DeviceCell(const device::Identity& identity, RandomStream stream) : device(identity), random(stream) {}

  Link& link(device::Leg leg) { return links[static_cast<std::size_t>(leg)]; }
  const Link& link(device::Leg leg) const { return links[static_cast<std::size_t>(leg)]; }
  bool has_link() const {
    return links[0].state != LinkState::idle || links[1].state != LinkState::idle || (foreign && foreign->mqtt_in_use());
  }

  /// Whose firmware is ours; null: it has another engine.
  const device::Device* core() const { return foreign ? foreign->core() : &device; }

  device::Device device;
  RandomStream random;  // the words that the device is given
  std::array<Link, 2> links;
  std::unique_ptr<ForeignDevice> foreign;  // somebody else's engine; `device` is then idle
  std::unique_ptr<DeviceTraffic> traffic;
  Flash flash;
  std::unique_ptr<WantedLink> wanted;
  std::unique_ptr<SubFleet> subs;
  Instant wanted_at = kNever;    // when the next link was wanted; kNever: when it is opened
  Instant notified_at = kNever;  // of a move that is not done
  std::uint64_t endpoint = 0;    // hash of the host and port it was connected to last
  std::uint64_t connecting_to = 0;
  std::uint64_t index = 0;
  IpAddress address;
  std::uint32_t position = 0;
  std::uint32_t device_number = 0;  // DeviceSpec::number
  std::uint16_t group = 0;
  std::uint16_t region = 0;
  Instant power_back_at = kNever;  // of a device whose power a fault has cut
  Power power = Power::off;
  bool power_is_lost = false;  // it goes in this turn: nothing more is carried out
  Gate gate = Gate::none;
  device::Leg gate_leg = device::Leg::mqtt;                  // of Gate::link_closed
  device::LinkEnd gate_end = device::LinkEnd::closed_by_us;  // likewise
  bool open_model_arrival = false;
  bool counted_late = false;
  bool holds_place = false;
  bool online = false;
  bool touched = false;
  bool reported_off = false;
  bool has_moved = false;
  LastFailure failure;
};

}  // namespace fleetsim::sim
