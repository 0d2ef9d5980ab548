// A program that is a device: started in a process group of its own, heard, switched off, killed; and nothing of it is left behind, neither
// what it started itself nor when fleetsim dies.
//
//   auto child = ChildProcess::start({.words = {"./dut"}, .environment = {...}, .mark = "FLEETSIM_FLASH=/tmp/…"});   // or why not
//   poll(child->output(), child->exit_descriptor());
//   child->read(log, now);   child->ask_to_end();   child->kill();
#pragma once

#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

#include "devicecore/base/result.hpp"
#include "devicecore/base/time.hpp"
#include "sim/conformance/duts/connect_watch.hpp"
#include "sim/conformance/duts/log_ring.hpp"

namespace fleetsim::sim {

struct ChildOrder {
  std::vector<std::string> words;        // the program, looked up in PATH, and its arguments
  std::vector<std::string> environment;  // all of it: "NAME=value"
  std::string mark;                      // one of them that no other process has: by it those are found that left the group
  bool watches_connects = false;         // where its host can do that
};

class ChildProcess {
 public:
  static Result<std::unique_ptr<ChildProcess>, std::string> start(const ChildOrder& order);
  /// Kills what is left.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Readable when it prints; -1 once nobody is there any more who could.
  int output() const { return output_; }
  /// Readable when it has ended; -1 once that was noticed.
  int exit_descriptor() const { return exit_; }
  /// Null: its connects are not watched.
  const ConnectWatch* connects() const { return connects_.get(); }
  /// What it has printed so far; never waits, and takes no more than a megabyte at a time.
  void read(LogRing& log, Instant now);
  /// Looks whether it has ended; its whole group is killed then.
  bool has_ended();
  /// "exit code 2", "signal 11 (Segmentation fault)"; precondition: has_ended().
  const std::string& how_it_ended() const { return how_it_ended_; }
  /// It does nothing more, and its sockets stay as they are, until it is killed.
  void freeze() const;
  /// SIGTERM to the whole group.
  void ask_to_end() const;
  /// At once, and all of it. False: it lives on, for it is somebody else's by now.
  bool kill();

 private:
  ChildProcess(pid_t pid, int output, int exit, std::string mark, std::unique_ptr<ConnectWatch> connects);
  void reap();

  pid_t pid_;  // and its group's
  int output_;
  int exit_;
  std::string mark_;
  std::unique_ptr<ConnectWatch> connects_;
  std::string how_it_ended_;
  bool lives_on_ = false;
  bool has_orphans_ = false;  // what is left behind is our child
};

/// Kills every process in whose environment that stands, and waits until they are gone. How many there were at a time, at most.
std::size_t kill_strays(const std::string& mark);

}  // namespace fleetsim::sim
