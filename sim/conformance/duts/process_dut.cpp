#include "sim/conformance/duts/process_dut.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <fmt/format.h>
#include <mutex>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include "sim/conformance/duts/process_bench.hpp"
#include "sim/world/process_resources.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::uint16_t process_capabilities = needs::power | needs::network | needs::tls | needs::reset | needs::traffic | needs::flash |
                                               needs::firmware | needs::mid_write | needs::flash_writes;
constexpr std::size_t benches_at_once = 48;  // they wait, most of the time
constexpr std::size_t benches_a_core = 24;
constexpr std::uint64_t tls_seed = 1;
constexpr int stalls_max = 2;  // of this machine: then it is told, and the case is inconclusive

constexpr double scale_of_those_who_obey = 0.05;

/// A command that names a place says that its device lives by it.
std::uint16_t clock_capabilities(const std::vector<std::string>& words) {
  if (names_place(words, "clock_file")) return needs::clock | needs::running_clock;
  return names_place(words, "clock_offset_s") ? needs::clock : needs::nothing;
}

class ProcessDut final : public DutAdapter {
 public:
  ProcessDut(std::string name, std::vector<std::string> words, const DutOptions& options)
      : name_(std::move(name)),
        words_(std::move(words)),
        options_(options),
        time_scale_(options.time_scale.value_or(names_place(words_, "time_scale") ? scale_of_those_who_obey : 1)) {}

  const std::string& name() const override { return name_; }
  std::uint16_t can() const override { return process_capabilities | clock_capabilities(words_); }
  bool in_parallel() const override { return true; }
  std::size_t at_once(std::size_t cores) const override { return std::min(benches_at_once, cores * benches_a_core); }
  Duration lasts_max() const override { return ScaledClock(time_scale_).of_ours(options_.case_time); }

  Result<BenchRecord, std::string> with_bench(const BenchOrder& order, const std::function<void(Bench&)>& work) override {
    const bool is_about_tls = (order.requirement.needs & needs::tls) != 0;
    SocketBenchPlan plan{.order = order, .time_scale = time_scale_};
    plan.bootstrap_tls = is_about_tls || options_.tls == DutTls::bootstrap || options_.tls == DutTls::both;
    plan.mqtt_tls = is_about_tls || options_.tls == DutTls::mqtt || options_.tls == DutTls::both;
    plan.places = SocketBench::loopback_places();
    plan.places.has_files = (order.requirement.needs & needs::firmware) != 0;
    plan.device_prefix = fmt::format("dut-{}-", ++benches_);
    // A device that fails is waited for longer than one that does as it should.
    const std::chrono::duration<double> to_the_end = std::chrono::duration<double>(order.recovery) * time_scale_;
    plan.time_max = 3 * options_.case_time + std::chrono::minutes{1} + std::chrono::ceil<std::chrono::seconds>(to_the_end);
    if (plan.bootstrap_tls || plan.mqtt_tls) {
      auto tls = tls_of_all();
      if (!tls) return fail(tls.error());
      plan.tls = *tls;
      if (is_about_tls) plan.tls->make_faulty_certificates();
    }
    for (int stalls_left = stalls_max;; --stalls_left) {
      ProcessBench bench(plan, words_, guard_);
      if (std::string lacking = bench.set_up(); !lacking.empty()) return fail(std::move(lacking));
      if (std::string lacking = bench.prepare(); !lacking.empty()) return fail(std::move(lacking));
      work(bench);
      bench.take_down();
      const bool is_stopped = order.stop != nullptr && order.stop->load();
      if (!bench.has_stalled() || stalls_left == 0 || is_stopped) return bench.record();
    }
  }

 private:
  Result<BenchTls*, std::string> tls_of_all() {
    const std::lock_guard lock(mutex_);
    if (!tls_) {
      auto made = make_bench_tls(SocketBench::loopback_places(), tls_seed);
      if (!made) return fail(made.error());
      tls_ = std::move(*made);
    }
    return tls_.get();
  }

  std::string name_;
  std::vector<std::string> words_;
  DutOptions options_;
  double time_scale_;
  ChildGuard guard_;
  std::atomic<std::uint32_t> benches_{0};
  std::mutex mutex_;  // of tls_
  std::unique_ptr<BenchTls> tls_;
};

}  // namespace

Result<std::unique_ptr<DutAdapter>, std::string> make_process_dut(std::string_view command, const DutOptions& options) {
  auto words = split_command(command);
  if (!words) return fail(words.error());
  const Placeholders known = ProcessBench::known_places();
  for (const std::string& word : *words)
    if (const auto filled = fill_in(word, known); !filled) return fail(filled.error());
  raise_descriptor_limit();
  ::signal(SIGCHLD, SIG_DFL);  // where a parent has left it ignored, nobody is told how a program ended
  std::unique_ptr<DutAdapter> made = std::make_unique<ProcessDut>(fmt::format("process:{}", command), std::move(*words), options);
  return made;
}

}  // namespace fleetsim::sim
