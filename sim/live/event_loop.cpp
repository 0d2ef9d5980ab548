#include "sim/live/event_loop.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

namespace fleetsim::sim {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

struct EventLoop::Parts {
  Parts(int descriptor, Hooks& owner) : hooks(owner), readable(context, descriptor) {}
  ~Parts() { readable.release(); }  // the descriptor is the owner's

  void await_readable() {
    readable.async_wait(asio::posix::stream_descriptor::wait_read, [this](const boost::system::error_code& error) {
      if (!error) serve_ready();
    });
  }

  void serve_ready() {
    if (hooks.on_ready()) {
      asio::post(context, [this] { serve_ready(); });
    } else {
      await_readable();
    }
  }

  void await_deadline() {
    deadline_timer.expires_at(armed);
    deadline_timer.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      armed = Clock::time_point::max();
      if (wanted <= Clock::now()) {
        wanted = Clock::time_point::max();
        hooks.on_deadline();
      } else {
        arm();
      }
    });
  }

  void arm() {
    if (wanted >= armed) return;  // an early wake-up is cheaper than moving the timer at every change
    armed = wanted;
    await_deadline();
  }

  void await_tick() {
    tick_timer.expires_at(next_tick);
    tick_timer.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      const Clock::time_point now = Clock::now();
      const auto lateness = std::chrono::duration_cast<std::chrono::microseconds>(now - next_tick);
      next_tick += tick_interval;
      if (next_tick < now) next_tick = now + tick_interval;
      hooks.on_tick(lateness);
      await_tick();
    });
  }

  Hooks& hooks;
  asio::io_context context{1};  // one thread runs it
  asio::posix::stream_descriptor readable;
  asio::steady_timer deadline_timer{context};
  asio::steady_timer tick_timer{context};
  Clock::time_point wanted = Clock::time_point::max();
  Clock::time_point armed = Clock::time_point::max();
  Clock::time_point next_tick{};
};

EventLoop::EventLoop(int descriptor, Hooks& hooks) : parts_(std::make_unique<Parts>(descriptor, hooks)) {}
EventLoop::~EventLoop() = default;

void EventLoop::post(std::function<void()> work) { asio::post(parts_->context, std::move(work)); }

void EventLoop::set_deadline(Clock::time_point at) {
  parts_->wanted = at;
  parts_->arm();
}

void EventLoop::run() {
  const auto keep = asio::make_work_guard(parts_->context);
  parts_->next_tick = Clock::now() + tick_interval;
  parts_->await_tick();
  parts_->await_readable();
  parts_->context.run();
}

void EventLoop::stop() { parts_->context.stop(); }

}  // namespace fleetsim::sim
