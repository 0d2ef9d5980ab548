// What is said when a promise of our own breaks in the middle of a sweep (devicecore/base/ensure.hpp traps, a library aborts): which seed a
// thread was at, the line that does it again, and what had been found so far. Then the process ends with exit code 4. Signals that somebody
// else handles already, a sanitizer or Python, stay theirs.
//
//   CrashNotes notes;
//   { const CrashNotes::At at("seed 17", "fleetsim sweep chaos.yaml --seeds 17"); run(17); }
//   notes.found("seed 12: backoff_respected: …\n");
#pragma once

#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace fleetsim::sim {

/// The first one at a time tells; further ones beside it (two sweeps of one process) only listen.
class CrashNotes {
 public:
  CrashNotes();
  ~CrashNotes();
  CrashNotes(const CrashNotes&) = delete;
  CrashNotes& operator=(const CrashNotes&) = delete;

  /// Told after a crash, as long as there is room. One call at a time, from any thread.
  void found(std::string_view text);

  /// What this thread is at, until its end.
  class At {
   public:
    At(std::string_view what, std::string_view line);
    ~At();
    At(const At&) = delete;
    At& operator=(const At&) = delete;

   private:
    friend class CrashNotes;
    std::string before_;  // and then the signal's name
    std::string after_;
    std::unique_ptr<char[]> stack_;  // a stack that ran over needs another; empty: the thread has one already
  };

 private:
  static constexpr std::array crash_signals{SIGILL, SIGTRAP, SIGSEGV, SIGABRT, SIGBUS, SIGFPE};
  static constexpr std::size_t found_bytes_max = std::size_t{64} * 1024;
  static void on_crash(int signal);

  std::array<struct sigaction, crash_signals.size()> before_{};
  std::array<bool, crash_signals.size()> is_ours_{};
  bool tells_ = false;
  std::unique_ptr<char[]> found_ = std::make_unique<char[]>(found_bytes_max);
  std::atomic<std::size_t> found_bytes_{0};
};

}  // namespace fleetsim::sim
