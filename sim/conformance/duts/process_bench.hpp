// A bench whose device is a program: a process group that is started, told to end, killed; a folder that is its flash; what it prints as
// its serial log. What a program may not do, whatever is asked, is noticed here: it never starts, ends by itself, shows a secret, floods.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/conformance/duts/child_process.hpp"
#include "sim/conformance/duts/command_text.hpp"
#include "sim/conformance/duts/log_ring.hpp"
#include "sim/conformance/duts/socket_bench.hpp"
#include "sim/conformance/duts/work_folder.hpp"

namespace fleetsim::sim {

class ProcessBench final : public SocketBench {
 public:
  /// Beyond that the program is stopped.
  static constexpr std::uint64_t log_bytes_max = std::uint64_t{8} << 20;
  static constexpr std::chrono::seconds off_patience{5};  // of ours, from SIGTERM to SIGKILL

  /// `words`: of the command, places not filled in yet.
  ProcessBench(const SocketBenchPlan& plan, const std::vector<std::string>& words);
  ~ProcessBench() override;

  /// What the environment lacks; empty: nothing. After SocketBench::set_up().
  std::string prepare();
  /// The exam is over: nothing of it is left.
  void take_down();

  std::string power(PowerOrder order) override;
  std::string reset_to_factory() override;
  std::string spoil_flash(FlashDamage damage) override;

 private:
  void watch(std::vector<pollfd>& watched) override;
  void serve_device() override;
  std::vector<LogLine> log_lines() const override;

  Placeholders places() const;
  std::string start();
  std::string switch_off();
  void cut();
  void look_at_log();
  void ended_by_itself();
  std::string its_last_words() const;

  const std::vector<std::string>& command_;
  WorkFolder folder_;
  ChildOrder order_;
  std::unique_ptr<ChildProcess> child_;  // null: off
  LogRing log_{{}};
  Instant on_since_{};
  bool may_end_ = false;  // it was asked to
  bool has_shown_secret_ = false;
};

}  // namespace fleetsim::sim
