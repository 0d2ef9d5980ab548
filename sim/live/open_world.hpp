// The façade of a world that stays open: a run whose steps are not a scenario's but whoever's holds it, one order at a time. Between two
// orders time stands still in world virtual, and goes on on sockets. Names no Asio type.
//
//   auto world = OpenWorld::open(scenario, {.options = {.taps = &feed}});   // the error says what the environment lacks
//   (*world)->with([](OpenRun& run) { run.host.perform(step); run.host.pause(std::chrono::seconds{10}); });
//   const Result<RunResult, RunError>& result = (*world)->close();
//
// The run has a thread of its own; `with` hands it work and waits. Any thread may call, one after the other; from within work, and from
// within what a listener of the run is told, `with` does its work at once.
#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <sys/types.h>
#include <thread>

#include "sim/fleet.hpp"
#include "sim/steps/step_host.hpp"
#include "sim/world/fleet_identities.hpp"

namespace fleetsim::sim {

/// What work in an open world has in its hands.
struct OpenRun {
  StepHost& host;
  RunPlatform* platform;  // null in world external
  const Roster& roster;
};

class OpenWorld {
 public:
  struct Settings {
    RunOptions options{};  // but for script and stop, which are the world's own
    /// Asked some twenty times a second by whoever waits, on its own thread; true: the run is to stop.
    std::function<bool()> interrupted{};
  };

  static Result<std::unique_ptr<OpenWorld>, RunError> open(Scenario scenario, Settings settings);
  ~OpenWorld();
  OpenWorld(const OpenWorld&) = delete;
  OpenWorld& operator=(const OpenWorld&) = delete;

  const Scenario& scenario() const { return scenario_; }

  /// Between two moments of the run. What the work throws comes out here. False: the world is closed, or this process was forked from
  /// the one that holds it, and nothing was done.
  bool with(const std::function<void(OpenRun&)>& work);
  /// From here on no time passes any more; work can still look at what is there.
  void stop() { is_stopped_ = true; }
  bool is_stopped() const { return is_stopped_; }
  /// Whether this is the thread of the run: within work, or within what a listener is told.
  bool is_within() const { return std::this_thread::get_id() == runner_.load(); }
  /// In a process that was forked from the one that holds it.
  bool is_elsewhere() const;

  /// The end of the run: devices say good-bye, the result is made. Again: the same result. Not from within.
  const Result<RunResult, RunError>& close();

 private:
  OpenWorld(Scenario scenario, Settings settings);

  void run();
  void serve(StepHost& host, RunPlatform* platform, const Roster& roster);
  /// One order at a time: the caller's turn begins, and ends.
  void begin_turn(std::unique_lock<std::mutex>& lock);
  void end_turn();
  template <class Met>
  void await(std::unique_lock<std::mutex>& lock, Met met);

  const Scenario scenario_;
  Settings settings_;
  const pid_t process_;
  std::atomic<bool> is_stopped_ = false;
  std::atomic<std::thread::id> runner_{};

  std::mutex mutex_;  // of what follows
  std::unique_ptr<std::condition_variable> changed_ = std::make_unique<std::condition_variable>();
  bool is_open_ = false;     // the script has begun
  bool is_closing_ = false;  // it is to return
  bool is_over_ = false;     // it has
  bool is_taken_ = false;    // somebody has his turn
  const std::function<void(OpenRun&)>* work_ = nullptr;
  std::exception_ptr thrown_;
  std::optional<OpenRun> hands_;  // from the script's begin until the run is over
  std::optional<Result<RunResult, RunError>> result_;
  std::thread thread_;
};

}  // namespace fleetsim::sim
