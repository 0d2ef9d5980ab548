// Examines a device: requirements one by one, each on a bench of its own, as many at a time as the adapter and the machine allow.
//
//   const ExamSheet sheet = examine(*adapter, *select({.filters = {"NOTIFY-*"}}), {.seed = 1});
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/conformance/baseline.hpp"
#include "sim/conformance/capabilities.hpp"
#include "sim/conformance/dut_adapter.hpp"
#include "sim/conformance/exam.hpp"
#include "sim/conformance/verdict.hpp"

namespace fleetsim::sim {

/// How far an exam is.
struct ExamProgress {
  std::size_t done = 0;
  std::size_t all = 0;
  std::vector<std::string_view> under_way{};  // ids
};

/// How long an exam may take in all, of the host's time.
struct ExamBudget {
  Duration whole{};
  std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
};

struct ExaminerOptions {
  std::uint64_t seed = 1;
  std::size_t threads = 1;
  std::uint32_t retries = 0;  // of what failed or could not be judged: what then passes is flaky, and is shown so
  Patience patience{};
  const std::atomic<bool>* stop = nullptr;
  std::optional<ExamBudget> budget{};
  Capabilities capabilities{};         // what is unknown decides nothing
  const Baseline* baseline = nullptr;  // of before; may be null
  std::string replay_options{};        // of the command that does one again: " --time-scale 0.1"
  std::function<void(const Examined&, std::size_t done, std::size_t all)> progress{};  // in the order in which they end; one at a time
  std::function<void(const ExamProgress&)> heartbeat{};                                // twice a second; never beside `progress`
};

struct ExamSheet {
  std::vector<Examined> examined;  // in the order of the requirements
  std::string problem;             // of the environment; empty: there was none
};

/// What an adapter lacks: "be met with real TLS, wait for hours".
std::string needs_words(std::uint16_t missing);
/// Why the requirement is not examined with this kind of device; empty: it is.
std::string out_of_reach(const DutAdapter& adapter, const Requirement& requirement);

ExamSheet examine(DutAdapter& adapter, const std::vector<const Requirement*>& requirements, const ExaminerOptions& options);

/// The sheet of a device of which nothing was ever seen: nobody need wait for it again, requirement by requirement.
ExamSheet unexamined(const DutAdapter& adapter, const std::vector<const Requirement*>& requirements, const ExaminerOptions& options,
                     const std::string& reason);

}  // namespace fleetsim::sim
