// The event loop of one shard: work posted from other threads, one deadline, a tick that measures how late the loop runs, and one
// descriptor that becomes readable (the shard's own epoll set). The only place of the generator that sees Asio; names none of its types.
//
//   EventLoop loop(epoll_descriptor, hooks);
//   std::thread thread([&] { loop.run(); });
//   loop.post([&] { shard.begin(); });
//   loop.stop(); thread.join();
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace fleetsim::sim {

class EventLoop {
 public:
  class Hooks {
   public:
    /// The descriptor is readable. True: more is left, call again after others had their turn.
    virtual bool on_ready() = 0;
    /// The moment given to set_deadline() has come; it is called once per set_deadline().
    virtual void on_deadline() = 0;
    /// Every tick_interval; `lateness` is by how much this one came late.
    virtual void on_tick(std::chrono::microseconds lateness) = 0;

   protected:
    ~Hooks() = default;
  };

  static constexpr std::chrono::milliseconds tick_interval{5};

  /// `descriptor` and `hooks` must outlive the loop; the descriptor is not closed by it.
  EventLoop(int descriptor, Hooks& hooks);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// From any thread; runs on the loop's thread, in order. Work posted after stop() is dropped with the loop.
  void post(std::function<void()> work);
  /// On the loop's thread. max() means none.
  void set_deadline(std::chrono::steady_clock::time_point at);
  /// Runs on the calling thread until stop().
  void run();
  /// From any thread: run() returns after the work in hand.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace fleetsim::sim
