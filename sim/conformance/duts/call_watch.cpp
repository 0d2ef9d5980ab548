#include "sim/conformance/duts/call_watch.hpp"

#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>

#include "sim/report/exit_code.hpp"

namespace fleetsim::sim {

CallWatch::CallWatch(std::string_view whose, std::chrono::milliseconds patience)
    : whose_(whose), patience_(patience), thread_([this] { watch(); }) {}

CallWatch::~CallWatch() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

CallWatch::Caller& CallWatch::caller() {
  const std::lock_guard lock(mutex_);
  return callers_.emplace_back();
}

void CallWatch::forget(Caller& caller) {
  const std::lock_guard lock(mutex_);
  callers_.remove_if([&caller](const Caller& one) { return &one == &caller; });
}

void CallWatch::watch() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, patience_ / looks_max, [this] { return is_over_; }))
    for (Caller& caller : callers_) look_at(caller);
}

void CallWatch::look_at(Caller& caller) const {
  const std::uint64_t steps = caller.steps_.load(std::memory_order_relaxed);
  const bool stands_still = steps % 2 == 1 && steps == caller.seen_;
  caller.seen_ = steps;
  caller.looks_ = stands_still ? caller.looks_ + 1 : 0;
  if (caller.looks_ < looks_max) return;
  std::fputs(fmt::format("fleetsim: {}: {} has not returned for {} s; nothing more can be examined (a debugger shows where it is)\n",
                         whose_, caller.what_.load(std::memory_order_relaxed), std::chrono::duration<double>(patience_).count())
                 .c_str(),
             stderr);
  std::fflush(nullptr);
  std::_Exit(static_cast<int>(ExitCode::environment));
}

}  // namespace fleetsim::sim
