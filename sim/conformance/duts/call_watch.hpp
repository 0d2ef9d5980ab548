// Watches calls into somebody else's library that may never return. Nobody can take the thread out of there: when a call takes longer than
// the watch is patient, it says so on standard error and ends the program with exit code 3. A call costs two additions to a number.
//
//   CallWatch watch("core:my.so", std::chrono::seconds{10});
//   CallWatch::Caller& caller = watch.caller();          // one for each thing that calls, as long as the watch lives
//   { const CallWatch::Call call(caller, "device_core_step()"); library.step(...); }
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace fleetsim::sim {

class CallWatch {
 public:
  class Caller {
   private:
    friend class CallWatch;
    std::atomic<std::uint64_t> steps_{0};  // odd: within a call
    std::atomic<const char*> what_{""};
    std::uint64_t seen_ = 0;  // the watch's own, like the next
    int looks_ = 0;           // at which it stood still within a call
  };

  class Call {
   public:
    /// `what` stays for ever: a string in the program.
    Call(Caller& caller, const char* what) : caller_(caller) {
      caller_.what_.store(what, std::memory_order_relaxed);
      caller_.steps_.fetch_add(1, std::memory_order_relaxed);
    }
    ~Call() { caller_.steps_.fetch_add(1, std::memory_order_relaxed); }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    Caller& caller_;
  };

  CallWatch(std::string_view whose, std::chrono::milliseconds patience);
  ~CallWatch();
  CallWatch(const CallWatch&) = delete;
  CallWatch& operator=(const CallWatch&) = delete;

  Caller& caller();
  /// It calls no more.
  void forget(Caller& caller);

 private:
  static constexpr int looks_max = 10;  // within its patience

  void watch();
  void look_at(Caller& caller) const;

  const std::string whose_;
  const std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool is_over_ = false;
  std::list<Caller> callers_;
  std::thread thread_;
};

}  // namespace fleetsim::sim
