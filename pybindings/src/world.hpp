// A world that stays open, as the module holds it: see sim/live/open_world.hpp. Call with the GIL; it is given up while the run works.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "pybindings/src/callback_errors.hpp"
#include "pybindings/src/listeners.hpp"
#include "pybindings/src/obstacle.hpp"
#include "pybindings/src/own_logic.hpp"
#include "pybindings/src/run_memory.hpp"
#include "pybindings/src/timeline.hpp"
#include "sim/live/open_world.hpp"
#include "sim/world/run_recorder.hpp"
#include "sim/world/tap_fan.hpp"

namespace fleetsim::python {

inline double seconds_since_begin(Instant at) { return std::chrono::duration<double>(at.time_since_epoch()).count(); }

struct WorldWishes {
  std::optional<std::uint64_t> seed{};
  std::optional<std::uint32_t> threads{};
  std::string world{};
  std::uint64_t recorded = 0;  // of the first so many devices what the wire said is kept
  py::iterable faults;         // CustomFaults
  py::dict behaviours;         // group -> what makes a DeviceBehaviour
};

class World {
 public:
  /// Whoever lets it go last, on whatever thread.
  static std::shared_ptr<World> make(const sim::Scenario& scenario, const WorldWishes& wishes);
  World(const sim::Scenario& scenario, const WorldWishes& wishes);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  const sim::Scenario& scenario() const { return draft_; }
  bool is_closed() const { return result_.has_value(); }
  /// No time passes any more: by Ctrl-C, or because a callback has failed.
  bool is_stopped() const { return open_ && !open_->is_elsewhere() && (open_->is_stopped() || errors_.any()); }
  bool is_within() const { return open_ && open_->is_within(); }

  // Time. False: it does not go on any more.
  double now();
  bool run_for(std::int64_t microseconds);
  bool step(std::int64_t microseconds_max);
  /// Whether it is met.
  bool run_until(const py::function& predicate, std::int64_t within, std::int64_t every);

  /// One step of a scenario, as YAML: (failures, violations, problems of its text).
  py::tuple perform(const std::string& text);
  /// Orders that have begun so far: one that was refused has not.
  std::uint64_t orders_begun() const { return orders_begun_; }
  void violated(const std::string& what);
  /// Seconds at which the last device comes up.
  double begin_arrivals(const std::vector<std::string>& groups);

  // The fleet. Names of groups; none: all.
  std::vector<std::tuple<std::string, std::size_t, std::size_t>> groups();  // name, first position, devices
  std::uint64_t online(const std::vector<std::string>& groups);
  std::pair<std::uint64_t, std::uint64_t> moves(const std::vector<std::string>& groups);  // asked, moved
  std::vector<std::tuple<std::string, std::string, std::string>> failures();              // device, group, reason
  std::string device_name(std::size_t position);
  std::size_t find_device(const std::string& name);
  sim::DevicePicture picture(std::size_t position);
  std::string command(std::size_t position, const sim::DeviceOrder& wanted);
  /// A CustomFault, from now on; its name. ValueError says why not.
  std::string inject(const py::object& fault);
  /// Nothing: it is not recorded.
  std::optional<TimelineParts> timeline(std::size_t position);

  std::uint32_t listen(const std::vector<std::string>& kinds, const py::function& callback);
  void leave(std::uint32_t listener);

  /// No time passes any more; what is under way returns. From any thread, at once.
  void stop();

  /// The result, and whether the run was stopped before its end.
  std::pair<std::shared_ptr<sim::RunResult>, bool> close();

  /// Work on the run's thread; what callbacks raised meanwhile comes out here.
  void with(const std::function<void(sim::OpenRun&)>& work);
  /// The same for work that lets time pass.
  void pass(const std::function<void(sim::OpenRun&)>& work);
  /// An order: RuntimeError when the run has ended. One that is in the midst of passing time stops for it.
  void order(const std::function<void(sim::OpenRun&)>& work);
  /// Why no order is carried out any more; empty: they are.
  std::string why_over();

 private:
  void refuse_unless_open() const;
  std::function<void(sim::OpenRun&)> still(const std::function<void(sim::OpenRun&)>& work);
  void rethrow();
  bool pause(sim::StepHost& host, Duration duration);
  void know_fault(const sim::FaultSpec& spec);
  void refuse_a_crash(const sim::Step& step) const;
  void refuse_an_upgrade(const sim::Step& step) const;

  sim::Scenario draft_;  // grows by the steps that are ordered
  std::mutex drafting_;
  const RunMemory memory_;
  CallbackErrors errors_;
  CallbackErrors signals_;  // Ctrl-C
  std::atomic<std::thread::id> signal_thread_{};
  std::atomic<bool> halts_softly_ = false;  // of the run's thread
  OwnLogic own_;
  Listeners listeners_;
  sim::RunRecorder recorder_;
  sim::TapFan taps_;
  std::unique_ptr<sim::OpenWorld> open_;
  std::optional<std::shared_ptr<sim::RunResult>> result_;
  bool is_stopped_ = false;
  bool may_crash_ = false;  // the platform, and come back
  std::atomic<std::uint64_t> orders_begun_ = 0;
};

}  // namespace fleetsim::python
