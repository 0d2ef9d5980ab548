#include "sim/live/open_world.hpp"

#include <chrono>
#include <unistd.h>
#include <utility>

namespace fleetsim::sim {
namespace {

constexpr std::chrono::milliseconds look_up_after{50};   // of who waits: for interrupts
constexpr std::chrono::milliseconds serve_again_in{20};  // on sockets: time goes on by itself, and is to be looked after

}  // namespace

OpenWorld::OpenWorld(Scenario scenario, Settings settings)
    : scenario_(std::move(scenario)), settings_(std::move(settings)), process_(::getpid()) {}

Result<std::unique_ptr<OpenWorld>, RunError> OpenWorld::open(Scenario scenario, Settings settings) {
  std::unique_ptr<OpenWorld> world(new OpenWorld(std::move(scenario), std::move(settings)));
  world->thread_ = std::thread([raw = world.get()] { raw->run(); });
  {
    std::unique_lock lock(world->mutex_);
    world->await(lock, [&] { return world->is_open_ || world->is_over_; });
    if (!world->is_over_) return world;
  }
  const Result<RunResult, RunError>& result = world->close();
  if (!result) return fail(result.error());
  return fail(RunError{"the run was over before it began", {}});
}

OpenWorld::~OpenWorld() {
  if (!thread_.joinable()) return;
  if (is_elsewhere()) {
    thread_.detach();                       // there is no such thread here
    static_cast<void>(changed_.release());  // and nobody who waits, as it thinks
    return;
  }
  if (settings_.interrupted) settings_.interrupted = {};  // nobody is there to be asked
  close();
}

bool OpenWorld::is_elsewhere() const { return ::getpid() != process_; }

template <class Met>
void OpenWorld::await(std::unique_lock<std::mutex>& lock, Met met) {
  while (!changed_->wait_for(lock, look_up_after, met)) {
    if (!settings_.interrupted) continue;
    lock.unlock();
    if (settings_.interrupted()) is_stopped_ = true;
    lock.lock();
  }
}

void OpenWorld::run() {
  runner_ = std::this_thread::get_id();
  const RunScript script = [this](StepHost& host, RunPlatform* platform, const Roster& roster) { serve(host, platform, roster); };
  RunOptions options = settings_.options;
  options.script = &script;
  options.stop = &is_stopped_;
  Result<RunResult, RunError> result = run_scenario(scenario_, options);
  const std::lock_guard lock(mutex_);
  hands_.reset();
  result_.emplace(std::move(result));
  is_over_ = true;
  changed_->notify_all();
}

void OpenWorld::serve(StepHost& host, RunPlatform* platform, const Roster& roster) {
  std::unique_lock lock(mutex_);
  hands_.emplace(OpenRun{host, platform, roster});
  is_open_ = true;
  changed_->notify_all();
  const bool time_flies = scenario_.world != WorldKind::virtual_time;
  const auto is_called = [&] { return work_ != nullptr || is_closing_; };
  for (;;) {
    if (!time_flies) {
      changed_->wait(lock, is_called);
    } else if (!changed_->wait_for(lock, serve_again_in, is_called)) {
      lock.unlock();
      host.pause(Duration{0});
      lock.lock();
      continue;
    }
    if (work_ == nullptr) break;
    const auto* const work = work_;
    lock.unlock();
    std::exception_ptr thrown;
    try {
      (*work)(*hands_);
    } catch (...) {
      thrown = std::current_exception();
    }
    lock.lock();
    thrown_ = std::move(thrown);
    work_ = nullptr;
    changed_->notify_all();
  }
}

void OpenWorld::begin_turn(std::unique_lock<std::mutex>& lock) {
  await(lock, [&] { return !is_taken_; });
  is_taken_ = true;
}

void OpenWorld::end_turn() {
  is_taken_ = false;
  changed_->notify_all();
}

bool OpenWorld::with(const std::function<void(OpenRun&)>& work) {
  if (is_elsewhere()) return false;
  if (is_within()) {
    if (!hands_) return false;
    work(*hands_);
    return true;
  }
  std::unique_lock lock(mutex_);
  begin_turn(lock);
  const bool is_there = !is_over_ && !is_closing_;
  std::exception_ptr thrown;
  if (is_there) {
    work_ = &work;
    changed_->notify_all();
    await(lock, [&] { return work_ == nullptr; });
    thrown = std::exchange(thrown_, nullptr);
  }
  end_turn();
  if (thrown) std::rethrow_exception(thrown);
  return is_there;
}

const Result<RunResult, RunError>& OpenWorld::close() {
  std::unique_lock lock(mutex_);
  begin_turn(lock);
  is_closing_ = true;
  changed_->notify_all();
  await(lock, [&] { return is_over_; });
  lock.unlock();
  if (thread_.joinable()) thread_.join();
  lock.lock();
  end_turn();
  return *result_;
}

}  // namespace fleetsim::sim
