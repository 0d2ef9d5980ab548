// A bench whose device is a program: a process group that is started, told to end, killed; a folder that is its flash; what it prints as
// its serial log. What a program may not do, whatever is asked, is noticed here: it never starts, ends by itself, shows a secret, floods.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/conformance/duts/child_guard.hpp"
#include "sim/conformance/duts/child_process.hpp"
#include "sim/conformance/duts/command_text.hpp"
#include "sim/conformance/duts/flash_watch.hpp"
#include "sim/conformance/duts/log_ring.hpp"
#include "sim/conformance/duts/socket_bench.hpp"
#include "sim/conformance/duts/work_folder.hpp"
#include "sim/random.hpp"

namespace fleetsim::sim {

class ProcessBench final : public SocketBench {
 public:
  /// Beyond that the program is stopped.
  static constexpr std::uint64_t log_bytes_max = std::uint64_t{8} << 20;
  static constexpr std::chrono::seconds off_patience{5};  // of ours, from SIGTERM to SIGKILL

  /// All that can be filled in, without values.
  static Placeholders known_places();

  /// `words`: of the command, places not filled in yet; they outlive it, as the guard does.
  ProcessBench(const SocketBenchPlan& plan, const std::vector<std::string>& words, ChildGuard& guard);
  ~ProcessBench() override;

  /// What the environment lacks; empty: nothing. After SocketBench::set_up().
  std::string prepare();
  /// The exam is over: nothing of it is left.
  void take_down();

  std::string power(PowerOrder order) override;
  std::string reset_to_factory() override;
  std::string spoil_flash(FlashDamage damage) override;
  std::string set_clock(Duration error) override;
  bool sets_running_clock() const override;
  std::optional<std::uint64_t> flash_writes() override;
  std::string inject(const FaultSpec& fault) override;
  void heal() override;

 private:
  void watch(std::vector<pollfd>& watched) override;
  void serve_device() override;
  std::vector<LogLine> log_lines() const override;

  Placeholders places() const;
  std::string fill();
  std::string clock_mark() const;
  std::string clock_file_path() const;
  std::string start();
  std::string switch_off();
  void cut();
  std::string begin_cuts(const FaultSpec& fault);
  void serve_cuts();
  void look_at_log();
  void ended_by_itself();
  std::string its_last_words() const;

  const std::vector<std::string>& command_;
  ChildGuard& guard_;
  WorkFolder folder_;
  WorkFolder clock_folder_;
  Duration clock_error_{0};
  std::unique_ptr<FlashWatch> wear_;  // null: nobody asks how often it writes, or nobody can tell
  std::uint64_t writes_ = 0;
  ChildOrder order_;
  std::unique_ptr<ChildProcess> child_;  // null: off
  LogRing log_{{}};
  /// Power that fails within a write.
  struct Cuts {
    std::unique_ptr<FlashWatch> watch;  // null: it does not
    std::uint64_t probability = 0;      // of each write, in parts of share_whole
    Duration off{0};
    std::uint64_t acted = 0;
  };
  Cuts cuts_;
  RandomStream cut_random_;
  Instant back_on_at_ = kNever;
  Instant on_since_{};
  bool may_end_ = false;  // it was asked to
  bool has_shown_secret_ = false;
};

}  // namespace fleetsim::sim
