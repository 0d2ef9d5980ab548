#include "platform-mock/server/platform_server.hpp"

#include <cassert>
#include <ctime>
#include <exception>
#include <future>
#include <mutex>
#include <pthread.h>
#include <thread>

#include "platform-mock/server/server_parts.hpp"

namespace fleetsim::platform {
namespace {

class RunningServer final : public PlatformServer {
 public:
  explicit RunningServer(std::unique_ptr<ServerParts> parts) : parts_(std::move(parts)) {
    thread_ = std::thread{[this] {
      ::pthread_setname_np(::pthread_self(), "platform");
      parts_->loop->run();
      cpu_at_stop_ = own_cpu();
    }};
    ::pthread_getcpuclockid(thread_.native_handle(), &cpu_clock_);
  }
  ~RunningServer() override { stop(std::chrono::milliseconds{0}); }

  const std::vector<Endpoint>& endpoints() const override { return parts_->endpoints; }
  const std::optional<Endpoint>& management() const override { return parts_->management; }
  const std::optional<Endpoint>& metrics() const override { return parts_->metrics; }
  const std::string& ca_pem() const override { return parts_->ca_pem; }
  const std::vector<std::pair<std::string, std::string>>& hosts() const override { return parts_->hosts; }
  std::optional<std::string> address_of(std::string_view name) const override { return parts_->names->address_of(name); }

  void call(const std::function<void(Platform&, Output&, Instant)>& work) override {
    assert(std::this_thread::get_id() != thread_.get_id());
    const std::lock_guard lock{lifetime_};
    if (stopped_) {
      parts_->loop->run_inline(work);
      return;
    }
    std::promise<void> done;
    parts_->loop->post([&](Platform& platform, Output& output, Instant now) {
      try {
        work(platform, output, now);
        done.set_value();
      } catch (...) {  // of the caller's own work: it is the caller's to handle
        done.set_exception(std::current_exception());
      }
    });
    done.get_future().get();
  }

  std::string crash() override {
    std::string problem;
    call([&](Platform&, Output&, Instant) { problem = crash_and_restart(*parts_); });
    return problem;
  }

  std::string come_back() override {
    std::string problem;
    call([&](Platform&, Output&, Instant) { problem = parts_->loop->stand_up(); });
    return problem;
  }

  std::uint64_t cpu_microseconds() override {
    const std::lock_guard lock{lifetime_};
    return stopped_ ? cpu_at_stop_ : microseconds_of(cpu_clock_);
  }

  ServerStatistics statistics() override {
    ServerStatistics statistics;
    call([&](Platform&, Output&, Instant) { statistics = parts_->loop->statistics(); });
    return statistics;
  }

  void stop(std::chrono::milliseconds drain) override {
    const std::lock_guard lock{lifetime_};
    if (stopped_) return;
    parts_->loop->post([this, drain](Platform&, Output&, Instant) { parts_->loop->begin_drain(drain); });
    thread_.join();
    stopped_ = true;
  }

 private:
  static std::uint64_t microseconds_of(clockid_t clock) {
    timespec used{};
    if (::clock_gettime(clock, &used) != 0) return 0;
    return static_cast<std::uint64_t>(used.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(used.tv_nsec) / 1000;
  }
  static std::uint64_t own_cpu() { return microseconds_of(CLOCK_THREAD_CPUTIME_ID); }

  std::unique_ptr<ServerParts> parts_;
  std::thread thread_;
  clockid_t cpu_clock_{};
  std::mutex lifetime_;
  bool stopped_ = false;
  std::uint64_t cpu_at_stop_ = 0;  // the clock of a joined thread is gone
};

}  // namespace

Result<std::unique_ptr<PlatformServer>, ServerError> PlatformServer::start(PlatformConfig config, ServerOptions options) {
  auto parts = build_server(std::move(config), std::move(options));
  if (!parts) return fail(parts.error());
  std::unique_ptr<PlatformServer> server = std::make_unique<RunningServer>(std::move(*parts));
  return server;
}

}  // namespace fleetsim::platform
