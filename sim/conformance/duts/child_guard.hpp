// Survives fleetsim when it is killed, and then kills what it left behind: whatever a program under test has started, wherever it went, and
// the folders of their flash. A process of its own, which does nothing until then.
//
//   ChildGuard guard;                                  // before other threads begin
//   guard.watch("FLEETSIM_FLASH=/tmp/…", "/tmp/…");   …   guard.forget("FLEETSIM_FLASH=/tmp/…");
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace fleetsim::sim {

class ChildGuard {
 public:
  /// On a host that has no room for one more process there is none, and nothing else is otherwise.
  ChildGuard();
  /// It has nothing to do any more.
  ~ChildGuard();
  ChildGuard(const ChildGuard&) = delete;
  ChildGuard& operator=(const ChildGuard&) = delete;

  /// From any thread, as the next. `mark`: as of ChildOrder; the folder goes with whoever has it.
  void watch(std::string_view mark, std::string_view folder);
  void forget(std::string_view mark);

 private:
  void tell(char what, std::string_view mark, std::string_view folder);

  std::mutex mutex_;
  pid_t pid_ = -1;
  int told_ = -1;  // closed when fleetsim is gone, however it went
};

}  // namespace fleetsim::sim
