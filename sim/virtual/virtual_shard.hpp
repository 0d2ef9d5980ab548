// A shard of devices in a simulation: what happens to them, in the order of (time, device, sequence), one window at a time. Its orders come
// between windows, on the controller's thread, and are carried out at once.
//
//   shard.run(window, until);           // on whichever thread
//   shard.next_event();                 // the earliest moment at which anything happens here
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/virtual/virtual_links.hpp"
#include "sim/virtual/virtual_schedules.hpp"
#include "sim/world/device_shell.hpp"
#include "sim/world/faulty_links.hpp"
#include "sim/world/link_proxy.hpp"
#include "sim/world/shard.hpp"

namespace fleetsim::sim {

class VirtualWorld;

class VirtualShard final : public Shard {
 public:
  /// A device that could go on for ever at one moment (a closed loop of QoS 0) lets time pass after so many turns.
  static constexpr int turns_at_once_max = 16;
  static constexpr Duration go_on_after = std::chrono::milliseconds{1};

  VirtualShard(const Options& options, const RunRuntime& runtime, VirtualWorld& world);
  ~VirtualShard() override;

  // Shard
  void expect_devices(std::size_t count) override;
  void add_device(const DeviceSpec& spec) override;
  void add_sub_device(const DeviceSpec& gateway, const DeviceSpec& sub_device) override;
  void start() override;
  void stop() override;
  void run_schedule(std::uint16_t group, std::shared_ptr<const ArrivalSchedule> schedule, Instant start) override;
  void publish(std::uint16_t group, const PublishStep& step) override;
  void start_load(std::uint16_t group, const PublishLoad& load) override;
  void stop_load(std::uint16_t group) override;
  void report_things(std::uint16_t group, const ReportStep& step) override;
  void power_off(std::uint16_t group, bool cut) override;
  void command(const DeviceSpec& device, const DeviceOrder& order) override;
  DevicePicture picture(const DeviceSpec& device) override;
  const ShardCounters& counters() const override { return counters_; }
  ShardCounters& counters() { return counters_; }
  std::uint64_t online_in_group(std::uint16_t group) override { return shell_.observer().online_in_group(group); }
  std::uint64_t powered_on_in_group(std::uint16_t group) override { return shell_.observer().powered_on_in_group(group); }
  std::uint64_t moved_in_group(std::uint16_t group) override { return shell_.observer().moved_in_group(group); }
  std::uint64_t movers_in_group(std::uint16_t group) override { return shell_.observer().movers_in_group(group); }
  std::uint64_t half_open() override;
  ShardReport report() override;
  Weather weather() override { return shell_.observer().weather(); }

  /// On the controller's thread, before the windows of a stretch of time: what it has changed is looked at.
  void before_window();
  /// Everything of the window that happens before `until`.
  void run(std::int64_t window, Instant until);
  /// A lower bound; exact but for messages, of which the window is known.
  Instant next_event();
  bool has_work(Instant until) { return next_event() < until; }
  MessageStream& outbox() { return links_.outbox(); }
  Inbox& inbox() { return inbox_; }
  /// What schedules want of this shard's devices, in the order of time; taken by run().
  std::vector<ScheduledChange>& changes() { return changes_; }

 private:
  Instant arrival_at() const { return next_arrival_ < arrivals_.size() ? arrivals_[next_arrival_].at : kNever; }
  void open_window(std::int64_t window);
  void deliver_next();
  void carry_out(const ScheduledChange& change);
  void take_own();
  void set_now(Instant now);
  LinkOwner& owner_of_secured() { return proxy_ != nullptr ? static_cast<LinkOwner&>(*proxy_) : shell_; }
  LinkOwner& owner_of_faulty() { return secured_ ? static_cast<LinkOwner&>(*secured_) : owner_of_secured(); }
  LinkOwner& owner_of_links() { return faulty_ ? static_cast<LinkOwner&>(*faulty_) : owner_of_faulty(); }
  Instant proxy_due() const { return proxy_ != nullptr ? proxy_->next_deadline() : kNever; }
  Instant links_due() { return std::min(faulty_ ? faulty_->next_deadline() : kNever, proxy_due()); }
  void wake_links();
  void look_at_faults();
  /// Whatever the last input has left to be done at this moment.
  void finish_turn();
  template <class Work>
  void order(Work work);

  std::uint32_t index_;
  const RunRuntime& runtime_;
  VirtualWorld& world_;
  ShardCounters counters_;
  std::unique_ptr<TlsSessions> no_tls_;
  DeviceShell shell_;
  LinkProxy* proxy_;                     // next to the devices, when there is one
  std::unique_ptr<TlsLinks> secured_;    // where TLS is carried out
  std::unique_ptr<FaultyLinks> faulty_;  // between those and what carries them, when the run has faults
  VirtualLinks links_;
  Inbox inbox_;
  std::span<const Arrival> arrivals_;  // of the open window
  std::size_t next_arrival_ = 0;
  std::int64_t open_window_ = Inbox::nothing;
  Instant now_{};
  Instant go_on_at_ = kNever;
  std::uint32_t faults_known_ = 0;  // their generation
  std::vector<ScheduledChange> changes_;
  std::size_t next_change_ = 0;
  std::vector<std::vector<std::uint32_t>> devices_in_;  // slots, by group
};

}  // namespace fleetsim::sim
