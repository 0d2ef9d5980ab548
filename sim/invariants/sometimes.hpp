// Situations that a sweep must have met: an invariant that holds in a world where nothing interesting happens says little. Each has a name
// and is counted while a run goes on; a sweep fails when one of those that its scenario can bring about never came up.
//
//   SometimesWatch watch(facts, share);
//   watch.on_device_event(news);
//   watch.count(Sometimes::cut_while_storing);
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sim/invariants/device_story.hpp"
#include "sim/invariants/invariant.hpp"

namespace fleetsim::sim {

enum class Sometimes : std::uint8_t {
  cut_while_storing,
  cut_while_connecting,
  cut_while_moving,
  woke_with_its_endpoint,
  fell_back_to_bootstrap,
  sent_where_it_comes_from,
  answer_was_lost,
  name_was_unknown,
  connect_timed_out,
  server_fell_silent,
  packet_came_in_pieces,
  publish_was_sent_again,
  notified_twice,
  recovered,
  notify_was_sent_again,
  jobs_overlapped,
  refused_where_it_was,
  answer_was_stale,
  let_in_to_be_told,
  committed_beside_its_old_session,
  took_its_own_place,
  came_home,
};
inline constexpr std::size_t sometimes_count = static_cast<std::size_t>(Sometimes::came_home) + 1;

/// What must go on in a run before a situation can come up; bits.
namespace sometimes_needs {
inline constexpr std::uint8_t nothing = 0;
inline constexpr std::uint8_t moves = 1;
inline constexpr std::uint8_t several_moves = 2;
inline constexpr std::uint8_t publishes = 4;  // with QoS 1
inline constexpr std::uint8_t cuts = 8;
inline constexpr std::uint8_t link_faults = 16;
inline constexpr std::uint8_t lost_names = 32;
inline constexpr std::uint8_t doubled_notifies = 64;
}  // namespace sometimes_needs

struct SometimesKind {
  Sometimes which{};
  std::string_view name;
  std::string_view what;  // one line for people
  std::uint8_t needs = sometimes_needs::nothing;
};
/// In the order of Sometimes.
std::span<const SometimesKind> sometimes_kinds();

using SometimesCounts = std::array<std::uint64_t, sometimes_count>;

/// One a thread: of the fleet's threads and of the platform's.
class SometimesWatch {
 public:
  SometimesWatch(const FleetFacts& facts, DeviceShare share) : facts_(facts), share_(share), devices_(share.count) {}

  void on_wire(const WireEvent& event);
  void on_packet(const MqttPacket& packet);
  void on_device_event(const DeviceNews& news);
  void on_mishap(std::uint32_t device, Mishap mishap);
  void on_platform_event(const PlatformNews& news);
  void on_phase(Phase phase) { phase_ = phase; }

  const SometimesCounts& counts() const { return counts_; }

 private:
  /// As far as the fleet's threads see it, and as far as the platform's does.
  struct Device {
    Scene scene = Scene::off;
    std::uint32_t notified_on = 0;  // the connection that brought a notify last
    bool is_moving = false;
    bool was_cut = false;
    bool was_away = false;      // since all is well
    bool answer_began = false;  // bytes of the bootstrap answer have come
    bool in_handover = false;
    bool was_notified = false;  // in this handover
    std::uint16_t source = no_instance;
    std::uint16_t left = no_instance;  // where it was before its last commit
    std::uint16_t directed = no_instance;
    std::uint16_t online_at = no_instance;
    std::uint16_t sessions = 0;
    std::vector<std::uint16_t> lived{};
  };

  void count(Sometimes which) { ++counts_[static_cast<std::size_t>(which)]; }
  void failed(Device& device, const device::Event& event);
  void committed(Device& device, std::uint16_t at);

  const FleetFacts& facts_;
  DeviceShare share_;
  std::vector<Device> devices_;
  SometimesCounts counts_{};
  Phase phase_ = Phase::faulty;
};

}  // namespace fleetsim::sim
