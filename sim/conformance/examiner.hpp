// Examines a device: requirements one by one, each on a bench of its own, as many at a time as the adapter and the machine allow.
//
//   const std::vector<Examined> sheet = examine(*adapter, select(requirements(), {.filters = {"NOTIFY-*"}}), {.seed = 1});
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/conformance/dut_adapter.hpp"
#include "sim/conformance/exam.hpp"
#include "sim/conformance/verdict.hpp"

namespace fleetsim::sim {

struct ExaminerOptions {
  std::uint64_t seed = 1;
  std::size_t threads = 1;
  std::uint32_t retries = 0;  // of what failed: what then passes is flaky, and is shown so
  Patience patience{};
  const std::atomic<bool>* stop = nullptr;
  std::function<void(const Examined&, std::size_t done, std::size_t all)> progress{};  // in the order in which they end; one at a time
};

struct ExamSheet {
  std::vector<Examined> examined;  // in the order of the requirements
  std::string problem;             // of the environment; empty: there was none
};

/// What an adapter lacks: "be met with real TLS, wait for hours".
std::string needs_words(std::uint16_t missing);

ExamSheet examine(DutAdapter& adapter, const std::vector<const Requirement*>& requirements, const ExaminerOptions& options);

}  // namespace fleetsim::sim
