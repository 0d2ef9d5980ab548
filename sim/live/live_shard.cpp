#include "sim/live/live_shard.hpp"

#include <algorithm>
#include <future>
#include <thread>
#include <utility>

#include "sim/live/ca_file.hpp"
#include "sim/live/event_loop.hpp"
#include "sim/live/host_tls_sessions.hpp"
#include "sim/live/link_driver.hpp"
#include "sim/live/paho_device.hpp"
#include "sim/live/poller.hpp"
#include "sim/scenario/paho_obstacle.hpp"
#include "sim/world/device_shell.hpp"
#include "sim/world/faulty_links.hpp"
#include "sim/world/process_resources.hpp"
#include "sim/world/schedule_runner.hpp"
#include "sim/world/tls_links.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t power_offs_per_turn = 256;
constexpr int polls_per_turn = 8;  // then timers and orders have their turn

class LiveShard final : public Shard, private EventLoop::Hooks {
 public:
  LiveShard(const Options& options, const RunRuntime& runtime, Poller poller, std::unique_ptr<TlsSessions> tls, std::string ca_file,
            const ShardTap& tap)
      : runtime_(runtime),
        poller_(std::move(poller)),
        tls_(std::move(tls)),
        ca_file_(std::move(ca_file)),
        shell_(runtime, options, *tls_, counters_),
        tapped_(tap.tap == nullptr || tap.places == nullptr ? nullptr : std::make_unique<TappedLinks>(*tap.tap, *tap.places, shell_)),
        secured_(runtime.faults == nullptr ? nullptr : std::make_unique<TlsLinks>(owner_of_links())),
        faulty_(runtime.faults == nullptr ? nullptr : std::make_unique<FaultyLinks>(*runtime.faults, runtime.scenario->seed, *secured_)),
        links_(poller_, faulty_ ? static_cast<LinkOwner&>(*faulty_) : owner_of_links()),
        schedules_(runtime.scenario->groups.size(), shell_, counters_),
        loop_(poller_.descriptor(), *this),
        inbox_(std::make_shared<PahoInbox>([this] { loop_.post([this] { hear_paho(); }); })) {
    if (faulty_) {
      faulty_->attach(links_);
      secured_->attach(*faulty_);
    }
    Links& carrier = secured_ ? static_cast<Links&>(*secured_) : links_;
    if (tapped_) tapped_->attach(carrier);
    shell_.attach(tapped_ ? static_cast<Links&>(*tapped_) : carrier);
    shell_.tap(tap.tap);
  }

  ~LiveShard() override {
    stop();
    inbox_->close();
  }

  void expect_devices(std::size_t count) override { shell_.expect(count); }

  void add_device(const DeviceSpec& spec) override {
    const std::uint32_t slot = shell_.add(spec);
    if (tapped_) tapped_->add_device(spec.number, spec.address);
    if (runtime_.scenario->groups[spec.group].transport == Transport::paho) {
      const PahoTransport::Options options{.slot = slot, .inbox = inbox_, .ca_file = ca_file_.path()};
      shell_.take_over(slot, std::make_unique<PahoDevice>(spec.identity, options));
    }
    schedules_.place(spec.group, spec.position, slot);
  }

  void add_sub_device(const DeviceSpec& gateway, const DeviceSpec& sub_device) override {
    shell_.add_sub_device(schedules_.slot_at(gateway.group, gateway.position), sub_device);
  }

  void start() override {
    shell_.begin();
    if (faulty_) {
      faulty_->resize(shell_.size());
      secured_->resize(shell_.size());
    }
    running_ = true;
    thread_ = std::thread([this] { loop_.run(); });
  }

  void stop() override {
    if (!running_) return;
    ask([this] {
      final_ = make_report();
      final_weather_ = shell_.observer().weather();
      for (std::uint32_t slot = 0; slot < shell_.size(); ++slot) shell_.abandon(slot);
      links_.severed().forget_all();
      shell_.observer().flush_events();
    });
    inbox_->close();
    loop_.stop();
    thread_.join();
    running_ = false;
    if (uses_paho()) paho_quiesce();
  }

  void run_schedule(std::uint16_t group, std::shared_ptr<const ArrivalSchedule> schedule, Instant start) override {
    counters_.schedules_running.fetch_add(1, std::memory_order_relaxed);
    order([this, group, schedule = std::move(schedule), start] { schedules_.start(group, schedule, start); });
  }

  void publish(std::uint16_t group, const PublishStep& step) override {
    counters_.commands_pending.fetch_add(std::uint64_t{step.count} * schedules_.devices(group).size(), std::memory_order_relaxed);
    order([this, group, step] {
      shell_.traffic().set_command(group, step);
      for (const std::uint32_t slot : schedules_.devices(group)) shell_.order_publishes(slot, step.count);
    });
  }

  void start_load(std::uint16_t group, const PublishLoad& load) override {
    order([this, group, load] {
      shell_.traffic().start_load(group, load, now());
      for (const std::uint32_t slot : schedules_.devices(group)) shell_.join_load(slot);
    });
  }

  void stop_load(std::uint16_t group) override {
    order([this, group] { shell_.traffic().stop_load(group); });
  }

  void report_things(std::uint16_t group, const ReportStep& step) override {
    counters_.commands_pending.fetch_add(std::uint64_t{things_in(step)} * schedules_.devices(group).size(), std::memory_order_relaxed);
    order([this, group, step] {
      shell_.reports().set(group, step, runtime_.unix_ms(now()));
      for (const std::uint32_t slot : schedules_.devices(group)) {
        shell_.order_report(slot);
        shell_.settle();
      }
    });
  }

  void power_off(std::uint16_t group, bool cut) override {
    order([this, group, cut] {
      schedules_.cancel(group);
      power_off_from(group, cut, 0);
    });
  }

  void command(const DeviceSpec& device, const DeviceOrder& what) override {
    order([this, slot = schedules_.slot_at(device.group, device.position), what] { shell_.command(slot, what); });
  }

  DevicePicture picture(const DeviceSpec& device) override {
    DevicePicture made;
    ask([&] { made = shell_.picture(schedules_.slot_at(device.group, device.position)); });
    return made;
  }

  const ShardCounters& counters() const override { return counters_; }

  std::uint64_t online_in_group(std::uint16_t group) override {
    std::uint64_t online = 0;
    ask([&] { online = shell_.observer().online_in_group(group); });
    return online;
  }

  std::uint64_t powered_on_in_group(std::uint16_t group) override {
    std::uint64_t up = 0;
    ask([&] { up = shell_.observer().powered_on_in_group(group); });
    return up;
  }

  std::uint64_t moved_in_group(std::uint16_t group) override {
    std::uint64_t moved = 0;
    ask([&] { moved = shell_.observer().moved_in_group(group); });
    return moved;
  }

  std::uint64_t movers_in_group(std::uint16_t group) override {
    std::uint64_t movers = 0;
    ask([&] { movers = shell_.observer().movers_in_group(group); });
    return movers;
  }

  std::uint64_t half_open() override {
    std::uint64_t kept = 0;
    ask([&] { kept = links_.severed().size(); });
    return kept;
  }

  ShardReport report() override {
    if (!running_) return final_;
    ShardReport made;
    ask([&] { made = make_report(); });
    return made;
  }

  Weather weather() override {
    if (!running_) return final_weather_;
    Weather part;
    ask([&] { part = shell_.observer().weather(); });
    return part;
  }

 private:
  LinkOwner& owner_of_links() { return tapped_ ? static_cast<LinkOwner&>(*tapped_) : shell_; }
  void set_now() {
    shell_.set_now(now());
    if (faulty_) faulty_->set_now(now());
    if (tapped_) tapped_->set_now(now());
  }

  Instant now() const { return Instant(std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - runtime_.epoch)); }

  /// A whole fleet at once would hold the loop up for as long as it takes: others have their turn in between.
  void power_off_from(std::uint16_t group, bool cut, std::size_t first) {
    const std::vector<std::uint32_t>& slots = schedules_.devices(group);
    const std::size_t end = std::min(slots.size(), first + power_offs_per_turn);
    for (std::size_t i = first; i < end; ++i) {
      if (cut) {
        shell_.power_cut(slots[i]);
      } else {
        shell_.power_off(slots[i]);
      }
      shell_.settle();
    }
    if (end < slots.size()) order([this, group, cut, end] { power_off_from(group, cut, end); });
  }

  /// Runs `work` on the shard's thread as a turn of its own.
  template <class Work>
  void order(Work work) {
    loop_.post([this, work = std::move(work)] {
      set_now();
      work();
      finish_turn();
    });
  }

  /// Runs `work` on the shard's thread and waits; directly when the thread is not there.
  void ask(const std::function<void()>& work) {
    if (!running_) {
      work();
      return;
    }
    std::promise<void> done;
    loop_.post([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  bool on_ready() override {
    for (int polls = 0; polls < polls_per_turn; ++polls) {
      const std::span<const PollEvent> events = poller_.poll();
      for (const PollEvent& event : events) {
        set_now();
        if (!links_.on_event(event)) continue;
        shell_.touch(LinkDriver::key_of(event.token).slot);
        shell_.settle();
      }
      if (events.empty()) {
        finish_turn();
        return false;
      }
    }
    finish_turn();
    return true;
  }

  void on_deadline() override {
    set_now();
    schedules_.advance(now());
    shell_.settle();
    shell_.wake_due();
    if (faulty_)
      faulty_->wake_due([this](std::uint32_t slot) {
        shell_.touch(slot);
        shell_.settle();
      });
    finish_turn();
  }

  void on_tick(std::chrono::microseconds lateness) override {
    look_at_faults();
    shell_.observer().loop_lag(lateness, EventLoop::tick_interval);
    shell_.observer().flush_events();
  }

  /// What was reckoned ahead of time holds for the faults that there were then.
  void look_at_faults() {
    if (!faulty_ || faults_known_ == runtime_.faults->generation()) return;
    faults_known_ = runtime_.faults->generation();
    set_now();
    faulty_->faults_changed();
    shell_.faults_changed();
    finish_turn();
  }

  void hear_paho() {
    set_now();
    for (const PahoNotice& notice : inbox_->take()) {
      hear(notice);
      shell_.settle();
    }
    finish_turn();
  }

  void hear(const PahoNotice& notice) {
    DeviceCell& cell = shell_.cell(notice.slot);
    auto* const device = static_cast<PahoDevice*>(cell.foreign.get());  // no other foreign engine is ever taken here
    if (device == nullptr) return;
    if (cell.power == Power::off) {
      device->ignore(notice);
      return;
    }
    if (!notice.detail.empty() && notice.kind == PahoNotice::Kind::closed)
      shell_.keep_detail(notice.slot, device::Leg::mqtt, notice.detail);
    shell_.hear(notice.slot, [&](const device::StepContext& context) { return device->hear(context, notice); });
  }

  void finish_turn() {
    shell_.settle();
    if (shell_.work_left() && !continuation_posted_) {
      continuation_posted_ = true;
      loop_.post([this] {
        continuation_posted_ = false;
        set_now();
        shell_.next_turn();
        finish_turn();
      });
    }
    Instant next = std::min(shell_.deadline(), schedules_.deadline());
    if (faulty_) next = std::min(next, faulty_->next_deadline());
    loop_.set_deadline(next == kNever ? std::chrono::steady_clock::time_point::max() : runtime_.epoch + next.time_since_epoch());
  }

  ShardReport make_report() {
    set_now();
    shell_.judge_waiting();
    ShardReport made = shell_.observer().report();
    shell_.add_failures(made);
    return made;
  }

  bool uses_paho() const {
    const auto& groups = runtime_.scenario->groups;
    return std::any_of(groups.begin(), groups.end(), [](const FleetGroup& group) { return group.transport == Transport::paho; });
  }

  const RunRuntime& runtime_;
  ShardCounters counters_;
  Poller poller_;
  std::unique_ptr<TlsSessions> tls_;
  CaFile ca_file_;
  DeviceShell shell_;
  std::unique_ptr<TappedLinks> tapped_;  // next to the devices, when somebody listens: what it is told is above TLS
  // Between the devices and their sockets, when the run has faults: those are below TLS.
  std::unique_ptr<TlsLinks> secured_;
  std::unique_ptr<FaultyLinks> faulty_;
  LinkDriver links_;
  ScheduleRunner schedules_;
  EventLoop loop_;
  std::shared_ptr<PahoInbox> inbox_;
  std::thread thread_;
  ShardReport final_;
  Weather final_weather_;
  bool running_ = false;            // touched by the controller's thread only
  std::uint32_t faults_known_ = 0;  // their generation
  bool continuation_posted_ = false;
};

}  // namespace

Result<std::unique_ptr<Shard>, std::string> make_live_shard(const Shard::Options& options, const RunRuntime& runtime, const ShardTap& tap) {
  raise_descriptor_limit();
  TlsLibraries wanted = tls_libraries_of(*runtime.scenario);
  bool paho_tls = false;
  for (const FleetGroup& group : runtime.scenario->groups) {
    const auto names =
        runtime.scenario->world == WorldKind::sockets ? runtime.scenario->platform.names : platform::AdvertisedNames::loopback;
    if (const auto obstacle = paho_obstacle(group, names))
      return fail(std::string("group ").append(group.name).append(": ").append(obstacle->key).append(": ").append(obstacle->why));
    paho_tls |= group.transport == Transport::paho && group.mqtt_tls != DeviceTls::off;
  }
  if (runtime.ca_pem.empty()) wanted = {};  // nothing to trust: a device that opens a TLS link is told that it failed
  auto tls = make_tls_sessions(runtime.ca_pem, wanted);
  if (!tls) return fail("TLS cannot be set up: " + tls.error());
  auto poller = Poller::make();
  if (!poller) return fail(std::string("no descriptor is left for an event loop: raise the limit (ulimit -n)"));
  std::string ca_file = paho_tls ? CaFile::write(runtime.ca_pem) : std::string();
  if (paho_tls && ca_file.empty())
    return fail(std::string("Paho reads the CA certificate from a file, and none can be written to the temporary directory"));
  return std::unique_ptr<Shard>(
      std::make_unique<LiveShard>(options, runtime, std::move(*poller), std::move(*tls), std::move(ca_file), tap));
}

}  // namespace fleetsim::sim
