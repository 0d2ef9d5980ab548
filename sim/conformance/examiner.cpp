#include "sim/conformance/examiner.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <mutex>
#include <thread>

namespace fleetsim::sim {
namespace {

Examined examine_once(DutAdapter& adapter, const Requirement& requirement, const ExaminerOptions& options, std::string& problem) {
  Examined examined{.requirement = &requirement};
  examined.replay = fmt::format("fleetsim conform --dut {} --requirement {} --seed {}", adapter.name(), requirement.id, options.seed);
  if (const auto missing = static_cast<std::uint16_t>(requirement.needs & ~adapter.can()); missing != 0) {
    examined.reason = fmt::format("a device of this kind cannot {}", needs_words(missing));
    return examined;
  }
  const auto record = adapter.with_bench({.requirement = requirement, .seed = options.seed, .stop = options.stop}, [&](Bench& bench) {
    Exam exam(bench, options.patience);
    requirement.examine(exam);
    examined.verdict = exam.verdict();
    examined.findings = exam.findings();
    examined.reason = exam.reason();
  });
  if (!record.ok()) {
    problem = record.error();
    examined.verdict = ExamVerdict::inconclusive;
    examined.reason = record.error();
    return examined;
  }
  examined.simulated = record->simulated;
  if (!record->trouble.empty()) {
    examined.verdict = ExamVerdict::inconclusive;
    examined.reason = record->trouble;
  }
  if (examined.verdict != ExamVerdict::pass) examined.timeline = record->timeline;
  if (requirement.level == Level::should && examined.verdict == ExamVerdict::fail) examined.verdict = ExamVerdict::pass_with_warnings;
  return examined;
}

Examined examine_one(DutAdapter& adapter, const Requirement& requirement, const ExaminerOptions& options, std::string& problem) {
  Examined examined = examine_once(adapter, requirement, options, problem);
  for (std::uint32_t retry = 0; retry < options.retries && examined.verdict == ExamVerdict::fail; ++retry) {
    Examined again = examine_once(adapter, requirement, options, problem);
    again.attempts = examined.attempts + 1;
    if (again.verdict == ExamVerdict::pass) again.findings = examined.findings;  // what went wrong the first time stays in the report
    examined = std::move(again);
  }
  return examined;
}

}  // namespace

std::string needs_words(std::uint16_t missing) {
  constexpr std::array<std::string_view, 7> words = {
      "be switched off and on", "be cut off from the network",
      "be met with real TLS",   "be reset to factory settings",
      "publish by itself",      "show its flash",
      "wait for hours",
  };
  std::string text;
  for (std::size_t bit = 0; bit < words.size(); ++bit)
    if ((missing & (1U << bit)) != 0) text += (text.empty() ? "" : ", ") + std::string(words[bit]);
  return text;
}

ExamSheet examine(DutAdapter& adapter, const std::vector<const Requirement*>& requirements, const ExaminerOptions& options) {
  ExamSheet sheet;
  sheet.examined.resize(requirements.size());
  std::atomic<std::size_t> next{0};
  std::size_t done = 0;
  std::mutex mutex;
  const auto work = [&] {
    for (std::size_t i = next++; i < requirements.size(); i = next++) {
      if (options.stop != nullptr && options.stop->load()) return;
      std::string problem;
      Examined examined = examine_one(adapter, *requirements[i], options, problem);
      const std::lock_guard lock(mutex);
      if (sheet.problem.empty()) sheet.problem = std::move(problem);
      sheet.examined[i] = std::move(examined);
      if (options.progress) options.progress(sheet.examined[i], ++done, requirements.size());
    }
  };
  std::vector<std::thread> others;
  const std::size_t threads = adapter.in_parallel() ? std::min(options.threads, requirements.size()) : 1;
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  for (std::size_t i = 0; i < requirements.size(); ++i)
    if (sheet.examined[i].requirement == nullptr) sheet.examined[i] = {.requirement = requirements[i], .reason = "interrupted"};
  return sheet;
}

}  // namespace fleetsim::sim
