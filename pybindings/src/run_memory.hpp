// While a run goes on, the C library asks the system for memory in large pieces: a fleet grows by a few bytes a million times over, and
// what the program has by its own allocator (sim/app/large_allocations.cpp) a module in somebody else's process must not bring.
//
//   const RunMemory memory;
#pragma once

#include <atomic>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace fleetsim::python {

class RunMemory {
 public:
  RunMemory() {
    if (runs().fetch_add(1) == 0) ask_for(large_piece);
  }
  ~RunMemory() {
    if (runs().fetch_sub(1) == 1) ask_for(usual_piece);
  }
  RunMemory(const RunMemory&) = delete;
  RunMemory& operator=(const RunMemory&) = delete;

 private:
  static constexpr int large_piece = 64 * 1024 * 1024;
  static constexpr int usual_piece = 128 * 1024;  // mallopt(3)

  static std::atomic<int>& runs() {
    static std::atomic<int> count{0};
    return count;
  }
  static void ask_for([[maybe_unused]] int bytes) {
#ifdef __GLIBC__
    ::mallopt(M_TOP_PAD, bytes);
#endif
  }
};

}  // namespace fleetsim::python
