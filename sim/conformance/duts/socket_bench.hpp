// A bench in real time: a platform of its own on this host's sockets, evidence as its end saw it, faults on the accepting side. How its
// device is switched on and off is what kinds of devices add.
//
//   class ProcessBench final : public SocketBench { … };
//   ProcessBench bench(plan);
//   if (const std::string lacking = bench.set_up(); !lacking.empty()) …
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <poll.h>
#include <string>
#include <vector>

#include "sim/conformance/dut_adapter.hpp"
#include "sim/conformance/duts/bench_firmware.hpp"
#include "sim/conformance/duts/exam_taps.hpp"
#include "sim/conformance/duts/log_ring.hpp"
#include "sim/conformance/duts/socket_stage.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/run_platform.hpp"

namespace fleetsim::sim {

struct SocketBenchPlan {
  const BenchOrder& order;
  double time_scale = 1;
  BenchTls* tls = nullptr;  // where a leg speaks it; outlives the bench
  bool bootstrap_tls = false;
  bool mqtt_tls = false;
  ListeningPlaces places{};
  ListeningPorts ports{};
  std::string device_prefix{};          // of its name
  std::chrono::seconds time_max{3600};  // of ours: then the bench is taken down, whatever the procedure waits for
};

/// One authority for all benches on these addresses. The error says what cannot be made.
Result<std::unique_ptr<BenchTls>, std::string> make_bench_tls(const ListeningPlaces& places, std::uint64_t seed);

class SocketBench : public Bench {
 public:
  /// Loopback addresses that nothing else here listens on; all benches share them, each with ports of its own.
  static ListeningPlaces loopback_places();

  explicit SocketBench(const SocketBenchPlan& plan);
  ~SocketBench() override;

  /// What the environment lacks; empty: nothing.
  std::string set_up();
  /// This machine did not let the bench go on for a while, and so perhaps neither the device: nothing that was seen counts.
  bool has_stalled() const { return has_stalled_; }
  /// Once the work is done and the device is off.
  BenchRecord record();

  const Candidate& candidate() const override { return candidate_; }
  const std::vector<Station>& stations() const override { return stations_; }
  Instant now() const override { return clock_.now(); }
  bool pass(Duration duration) override;
  Duration look() const override { return clock_.of_ours(std::chrono::milliseconds{10}); }
  const Seen& seen() const override { return taps_.seen(); }

  void with_platform(const std::function<void(platform::Platform&, platform::Output&, Instant)>& work) override;
  std::string misbehave(const platform::MisbehaviourRule& rule) override;
  std::string inject(const FaultSpec& fault) override;
  std::optional<FirmwareImage> firmware_image() override;
  void heal() override;

 protected:
  /// What else is waited for, and what is done about it; called often.
  virtual void watch(std::vector<pollfd>& /*watched*/) {}
  virtual void serve_device() {}
  /// For the timeline.
  virtual std::vector<LogLine> log_lines() const { return {}; }

  SocketStage& stage() { return *stage_; }
  const ScaledClock& clock() const { return clock_; }
  const SocketBenchPlan& plan() const { return plan_; }
  const platform::Endpoint& bootstrap() const { return stage_->endpoints().front(); }
  bool has_traffic() const { return (plan_.order.requirement.needs & needs::traffic) != 0; }
  /// Serves until then, or until `met`. Whether it is met.
  bool serve_until(Instant until, const std::function<bool()>& met);

  /// From here on it cannot know which of its links the platform still holds.
  void disturb() { is_undisturbed_ = false; }
  /// Nothing counts that is found: time stands still from here on.
  void give_up(std::string trouble);
  /// The device did what none may do, whatever is asked. Fatal: nothing that comes after it counts.
  enum class Fatal : std::uint8_t { no, yes };
  void find(std::string expected, std::string actual, Fatal fatal);
  bool is_over() const { return is_over_; }

 private:
  void serve();
  void serve_faults();
  void wait(Instant until);
  bool may_go_on();
  void look_for_second_session();
  void look_for_stall(std::chrono::steady_clock::time_point due);

  const SocketBenchPlan plan_;
  ScaledClock clock_;
  std::optional<Scenario> scenario_;
  Roster roster_;
  ExamTaps taps_;
  BenchFirmware firmware_;
  SocketStage* stage_ = nullptr;  // platform_ has it
  std::unique_ptr<RunPlatform> platform_;
  std::unique_ptr<RunRuntime> runtime_;
  std::unique_ptr<FaultSet> faults_;
  std::unique_ptr<FaultSet> foreseen_;  // the same: what would become of a link that nobody has asked for yet
  std::unique_ptr<platform::DurableState> store_;
  Candidate candidate_;
  std::vector<Station> stations_;
  std::vector<pollfd> watched_;
  std::string trouble_;
  std::vector<Finding> findings_;
  std::optional<Instant> died_at_;
  bool is_over_ = false;
  bool has_stalled_ = false;
  bool is_undisturbed_ = true;  // nothing was ever done to its links
  std::uint64_t looked_at_ = 0;
};

}  // namespace fleetsim::sim
