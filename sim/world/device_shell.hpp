// Drives the devices of a shard: gives them inputs, obeys their actions, keeps their timers, and lets only so many establish links at a
// time. Runs on the shard's thread only. Whatever happens in a turn is noted and done in order by settle(), never from within a device's
// step: so no device is ever entered twice.
//
//   shell.attach(links);                  // before the first device
//   shell.arrive(slot, due, ArrivalModel::open);  shell.wake_due();
//   shell.settle();                       // after each of them
//   loop.set_deadline(shell.deadline());
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "devicecore/block_pool.hpp"
#include "devicecore/device.hpp"
#include "devicecore/workspace.hpp"
#include "platform-mock/core/deadline_queue.hpp"
#include "sim/world/admission.hpp"
#include "sim/world/block_arena.hpp"
#include "sim/world/device_cell.hpp"
#include "sim/world/device_traffic.hpp"
#include "sim/world/links.hpp"
#include "sim/world/observer.hpp"
#include "sim/world/run_taps.hpp"
#include "sim/world/shard.hpp"
#include "sim/world/thing_reports.hpp"
#include "sim/world/tls_sessions.hpp"
#include "sim/world/turn_queue.hpp"

namespace fleetsim::sim {

/// open: a late start counts against the generator. closed: as fast as places allow.
enum class ArrivalModel : std::uint8_t { open, closed };

class DeviceShell final : public LinkOwner, public TrafficHost {
 public:
  static constexpr std::uint32_t admissions_per_turn = 64;
  static constexpr std::uint32_t wake_ups_per_turn = 1024;
  static constexpr std::size_t details_max = 1000;  // devices whose last TLS or naming trouble is kept in words
  static constexpr int stuck_steps_max = 4;         // steps in a row that take none of the bytes they are given

  DeviceShell(const RunRuntime& runtime, const Shard::Options& options, TlsSessions& tls, ShardCounters& counters);
  virtual ~DeviceShell() = default;
  DeviceShell(const DeviceShell&) = delete;
  DeviceShell& operator=(const DeviceShell&) = delete;

  /// What carries the devices' bytes; it outlives every call.
  void attach(Links& links) { links_ = &links; }
  /// Who hears what devices report; null: nobody.
  void tap(SideTap* tap) { tap_ = tap; }

  /// Before the first turn.
  /// So many will be added: their memory is asked for once.
  void expect(std::size_t devices) { cells_.reserve(devices); }
  std::uint32_t add(const DeviceSpec& spec);
  /// It has somebody else's engine.
  void take_over(std::uint32_t slot, std::unique_ptr<ForeignDevice> foreign) { cells_[slot].foreign = std::move(foreign); }
  void add_sub_device(std::uint32_t gateway, const DeviceSpec& spec);
  void begin();

  // orders
  void arrive(std::uint32_t slot, Instant due, ArrivalModel model);
  void power_off(std::uint32_t slot);
  void power_cut(std::uint32_t slot);
  /// The run is over: the device's sockets are closed as they are, with no word to the peer.
  void abandon(std::uint32_t slot);
  void order_publishes(std::uint32_t slot, std::uint32_t count);
  void join_load(std::uint32_t slot);
  void order_report(std::uint32_t slot);
  void command(std::uint32_t slot, const DeviceOrder& order);
  DevicePicture picture(std::uint32_t slot) const;

  // what happens
  /// Something of this device went on: what is next for it is looked at when the turn is settled.
  void touch(std::uint32_t slot);
  /// One step of a foreign engine: `heard` false means that there was nothing to it.
  template <class Hear>
  void hear(std::uint32_t slot, Hear hear) {
    workspace_->reset();
    if (!hear(context_of(slot))) return;
    obey(slot, workspace_->actions());
    touch(slot);
  }
  /// Why a link ended, for people.
  void keep_detail(std::uint32_t slot, device::Leg leg, std::string_view detail);
  void wake_due();
  void settle();
  /// Work that waits for the next turn, not for an event.
  bool work_left() const { return admission_.can_take_next() || !pump_next_.empty(); }
  void next_turn();
  Instant deadline() { return timers_.next(); }
  void set_now(Instant now) { now_ = now; }
  /// Faults were added or taken away: what clocks say may be another thing now.
  void faults_changed();

  Observer& observer() { return observer_; }
  Traffic& traffic() { return traffic_; }
  ThingReports& reports() { return reports_; }
  DeviceCell& cell(std::uint32_t slot) { return cells_[slot]; }
  /// Its turn comes soon.
  void prefetch(std::uint32_t slot) const {
    constexpr std::size_t cache_line = 64;
    const auto* const at = reinterpret_cast<const char*>(&cells_[slot]);
    for (std::size_t offset = 0; offset < sizeof(DeviceCell); offset += cache_line) __builtin_prefetch(at + offset);
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(cells_.size()); }
  /// Counts the arrivals that are late and still wait for a place.
  void judge_waiting();
  /// Adds the devices that should be online and are not.
  void add_failures(ShardReport& report) const;

 private:
  enum class FollowUpKind : std::uint8_t { slot_written, image_written, restarted, link_closed, pump, property_set, power_lost };
  struct FollowUp {
    std::uint32_t slot = 0;
    FollowUpKind kind{};
    std::uint8_t flash_slot = 0;
    device::Leg leg{};
    device::LinkEnd end{};
  };

  struct Upgraded {
    std::string version;
    device::DeviceConfig config;
  };

  // device_shell_faults.cpp
  DevicePlace place_of(const DeviceCell& cell) const;
  LinkPlace link_place(const DeviceCell& cell, const WantedLink& wanted) const;
  Instant device_now(const DeviceCell& cell) const;
  Duration clock_error(const DeviceCell& cell) const { return tap_ == nullptr ? Duration{0} : tap_->clock_error(cell.device_number); }
  Instant device_deadline(const DeviceCell& cell) const;
  /// Of what certificates are dated by.
  Duration tls_clock_error(std::uint32_t slot) const;
  /// How many of a step's actions are carried out before the power goes; all of them when it stays.
  std::size_t actions_before_cut(std::uint32_t slot, std::size_t actions);
  /// How many bytes of a write reach the flash.
  std::size_t bytes_before_cut(std::uint32_t slot, std::size_t bytes);
  RandomStream& power_draw(std::uint32_t slot);
  void lose_power(std::uint32_t slot, Duration off);
  void finish_power_loss(std::uint32_t slot);
  void forget_power_loss(DeviceCell& cell);

  // LinkOwner
  Link& link(LinkKey key) override { return cells_[key.slot].link(key.leg); }
  void link_opened(LinkKey key) override;
  void link_received(LinkKey key, ByteView bytes) override;
  void link_closed(LinkKey key, device::LinkEnd end, std::string_view detail) override;
  void link_writable(LinkKey key) override;
  void exhausted(Exhausted what) override { observer_.exhausted(what); }
  // TrafficHost
  void give(std::uint32_t slot, const device::Input& input) override { step(slot, input); }
  bool can_send(std::uint32_t slot) override { return !cells_[slot].link(device::Leg::mqtt).pending; }
  void pump_later(std::uint32_t slot) override { pump_next_.push_back(slot); }

  std::size_t step(std::uint32_t slot, const device::Input& input);
  void obey(std::uint32_t slot, std::span<const device::Action> actions);
  void open_link(std::uint32_t slot, const device::OpenLink& wanted);
  void connect_link(std::uint32_t slot, const WantedLink& wanted);
  void tell_kept_back(const DeviceCell& cell, const WantedLink& wanted, device::LinkEnd end);
  void close_link(std::uint32_t slot, device::Leg leg, bool at_once);
  void write_flash(std::uint32_t slot, const device::WriteSlot& write);
  void restart_into(std::uint32_t slot, std::string_view version);
  const device::DeviceConfig& config_of(std::uint32_t slot) const;
  device::StepContext context_of(std::uint32_t slot);
  void report(std::uint32_t slot, const device::Event& event);
  void apply_property(std::uint32_t slot);
  void sub_device_reported(DeviceCell& cell, const device::Event& event);
  void add_sub_failures(const DeviceCell& cell, ShardReport& report) const;

  /// Takes a place now, or makes the device wait for one at `gate`.
  bool pass_gate(std::uint32_t slot, Gate gate, Instant wanted_at);
  void open_gate(std::uint32_t slot);
  void power_on(std::uint32_t slot);
  void boot(std::uint32_t slot);
  void finish_power_off(std::uint32_t slot);
  void give_back_place(DeviceCell& cell);
  void judge_arrival(DeviceCell& cell);

  void follow_up(const FollowUp& work);
  void wake(std::uint32_t slot);
  void finish_touched();
  Instant earliest_of(std::uint32_t slot) const;
  std::optional<IpAddress> source_for(const DeviceCell& cell, const IpAddress& destination) const;

  const RunRuntime& runtime_;
  TlsSessions& tls_;
  Observer observer_;
  Traffic traffic_;
  ThingReports reports_;
  Admission admission_;
  std::vector<DeviceCell> cells_;  // dense; never moves a device once begin() was called
  platform::DeadlineQueue timers_;
  Links* links_ = nullptr;
  SideTap* tap_ = nullptr;
  std::unique_ptr<BlockArena> arena_;
  std::unique_ptr<device::Workspace> workspace_;
  TurnQueue<FollowUp> follow_ups_;
  TurnQueue<std::string> properties_set_;  // one for each follow-up of that kind
  std::vector<std::uint32_t> touched_;
  std::vector<std::uint32_t> pump_next_;
  std::vector<std::uint32_t> pump_now_;
  std::unordered_map<std::uint32_t, std::string> details_;
  std::unordered_map<std::uint32_t, Duration> clocks_read_;  // at boot, of firmware that reads its clock once
  std::vector<RandomStream> power_draws_;                    // one a slot, when faults cut the power
  std::unordered_map<std::uint32_t, Upgraded> upgraded_;     // devices that run another firmware than their group's; nodes never move
  Instant now_{};
};

}  // namespace fleetsim::sim
