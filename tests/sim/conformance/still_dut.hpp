// A device of which everything is scripted: it does nothing, on a bench where time passes at once. For tests of what stands around exams.
//
//   StillDut dut;
//   examine(dut, {&requirement}, {.retries = 1});
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/conformance/dut_adapter.hpp"

namespace fleetsim::sim {

class StillBench final : public Bench {
 public:
  const Candidate& candidate() const override { return candidate_; }
  const std::vector<Station>& stations() const override { return stations_; }
  Instant now() const override { return now_; }
  bool pass(Duration duration) override {
    now_ += duration;
    return true;
  }
  Duration look() const override { return std::chrono::seconds{1}; }
  const Seen& seen() const override { return seen_; }
  std::string power(PowerOrder) override { return {}; }
  std::string reset_to_factory() override { return {}; }
  void with_platform(const std::function<void(platform::Platform&, platform::Output&, Instant)>&) override {}
  std::string misbehave(const platform::MisbehaviourRule&) override { return "no such rule"; }
  std::string inject(const FaultSpec&) override { return {}; }
  void heal() override {}

 private:
  Candidate candidate_{.product_key = "pk", .device_name = "dn", .device_secret = "s", .product_secret = {}};
  std::vector<Station> stations_{{.instance = "i", .region = "r", .host = "h", .port = 1}};
  Seen seen_;
  Instant now_{};
};

class StillDut final : public DutAdapter {
 public:
  const std::string& name() const override { return name_; }
  std::uint16_t can() const override { return needs::power; }
  bool in_parallel() const override { return true; }
  Result<BenchRecord, std::string> with_bench(const BenchOrder& order, const std::function<void(Bench&)>& work) override {
    if (!problem.empty()) return fail(problem);
    StillBench bench;
    stop = order.stop;
    work(bench);
    BenchRecord record;
    record.findings = findings;
    record.died_at = died_at;
    return record;
  }
  Duration lasts_max() const override { return most; }

  std::string problem;
  std::vector<Finding> findings;  // the bench knows better than the procedure
  std::optional<Instant> died_at;
  Duration most = Duration::max();
  const std::atomic<bool>* stop = nullptr;  // of the bench that was set up last

 private:
  std::string name_ = "still";
};

}  // namespace fleetsim::sim
