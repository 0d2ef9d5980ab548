// How one kind of device under test is reached: in this process and simulated time, as a program, as a board on the desk. One file each
// under duts/; README.md tells how to add one.
//
//   auto adapter = make_virtual_dut("reference");
//   adapter->with_bench({.requirement = requirement, .seed = 1}, [&](Bench& bench) { Exam exam(bench, {}); requirement.examine(exam); });
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/result.hpp"
#include "sim/conformance/bench.hpp"
#include "sim/conformance/requirement.hpp"
#include "sim/conformance/verdict.hpp"
#include "sim/trace/timeline.hpp"

namespace fleetsim::sim {

/// What a bench is set up for.
struct BenchOrder {
  const Requirement& requirement;
  std::uint64_t seed = 1;
  const std::atomic<bool>* stop = nullptr;  // the exam is interrupted
  Duration recovery{0};                     // for so long a device that fails is waited for
};

/// What is left of a bench when it is taken down.
struct BenchRecord {
  Timeline timeline;
  Duration simulated{0};
  /// What it did that none may do, whatever is asked: they fail.
  std::vector<Finding> findings{};
  std::optional<Instant> died_at{};  // what the procedure found from then on says nothing
  std::string trouble;               // of the device with the bench itself, so that nothing counts that was found; empty: there was none
};

class DutAdapter {
 public:
  DutAdapter() = default;
  DutAdapter(const DutAdapter&) = delete;
  DutAdapter& operator=(const DutAdapter&) = delete;
  virtual ~DutAdapter() = default;

  /// As it was named on the command line: "virtual:reference".
  virtual const std::string& name() const = 0;
  /// Bits of needs.
  virtual std::uint16_t can() const = 0;
  /// Whether benches may be set up on several threads at once.
  virtual bool in_parallel() const = 0;
  /// How many benches at once are good for it, on a machine with so many cores.
  virtual std::size_t at_once(std::size_t cores) const { return cores; }
  /// A requirement that lasts longer, of the device's time, is not examined.
  virtual Duration lasts_max() const { return Duration::max(); }
  /// A bench of its own with a device as it left the factory, for the time of `work`. The error says what the environment lacks.
  virtual Result<BenchRecord, std::string> with_bench(const BenchOrder& order, const std::function<void(Bench&)>& work) = 0;
};

}  // namespace fleetsim::sim
