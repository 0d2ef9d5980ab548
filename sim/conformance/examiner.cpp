#include "sim/conformance/examiner.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <mutex>
#include <thread>
#include <utility>

#include "sim/config/units.hpp"
#include "sim/conformance/exam_plan.hpp"
#include "sim/conformance/exam_watch.hpp"
#include "sim/report/shell_word.hpp"

namespace fleetsim::sim {
namespace {

using ExamClock = std::chrono::steady_clock;

std::string replay_line(const DutAdapter& adapter, const Requirement& requirement, const ExaminerOptions& options) {
  return fmt::format("fleetsim conform --dut {} --requirement {} --seed {}{}", shell_word(adapter.name()), requirement.id, options.seed,
                     options.replay_options);
}

/// Of two tries, the one that found more stands.
int weight_of(ExamVerdict verdict) {
  if (verdict == ExamVerdict::fail) return 2;
  return verdict == ExamVerdict::pass_with_warnings ? 1 : 0;
}

class Examiner {
 public:
  Examiner(DutAdapter& adapter, const std::vector<const Requirement*>& requirements, const ExaminerOptions& options)
      : adapter_(adapter), requirements_(requirements), options_(options) {}
  ExamSheet run();

 private:
  Examined examine_once(const Requirement& requirement, const std::atomic<bool>& halted, std::string& problem);
  Examined examine_one(const Requirement& requirement, const ExamWatch& watch, std::string& problem);
  Examined not_begun(const Requirement& requirement, std::string reason) const;
  Examined examine_or_not(const Requirement& requirement, const ExamWatch& watch, std::string& problem);
  void work(const std::vector<std::size_t>& order, const ExamWatch& watch);
  void tell() const;

  DutAdapter& adapter_;
  const std::vector<const Requirement*>& requirements_;
  const ExaminerOptions& options_;
  ExamSheet sheet_;
  std::atomic<std::size_t> next_{0};
  mutable std::mutex mutex_;  // of what stands below, and of the sheet
  ExamProgress progress_;
};

Examined Examiner::not_begun(const Requirement& requirement, std::string reason) const {
  return {.requirement = &requirement, .reason = std::move(reason), .replay = replay_line(adapter_, requirement, options_)};
}

Examined Examiner::examine_once(const Requirement& requirement, const std::atomic<bool>& halted, std::string& problem) {
  Examined examined = not_begun(requirement, {});
  const ExamClock::time_point begin = ExamClock::now();
  const auto record = adapter_.with_bench(
      {.requirement = requirement, .seed = options_.seed, .stop = &halted, .recovery = options_.patience.recovery}, [&](Bench& bench) {
        Exam exam(bench, options_.patience);
        requirement.examine(exam);
        exam.finish();
        examined.verdict = exam.verdict();
        examined.findings = exam.findings();
        examined.reason = exam.reason();
      });
  examined.seconds = std::chrono::duration<double>(ExamClock::now() - begin).count();
  if (!record.ok()) {
    problem = record.error();
    examined.verdict = ExamVerdict::inconclusive;
    examined.reason = record.error();
    return examined;
  }
  examined.simulated = record->simulated;
  if (!record->findings.empty()) {
    // What it did of itself comes first; what the procedure missed because of that is no finding of its own.
    if (record->died_at) std::erase_if(examined.findings, [&](const Finding& one) { return one.at >= *record->died_at; });
    examined.findings.insert(examined.findings.begin(), record->findings.begin(), record->findings.end());
    examined.verdict = ExamVerdict::fail;
    examined.reason.clear();
  }
  if (!record->trouble.empty()) {
    examined.verdict = ExamVerdict::inconclusive;
    examined.reason = record->trouble;
  }
  if (examined.verdict == ExamVerdict::not_applicable && options_.capabilities.are_declared(requirement.wants)) {
    examined.verdict = ExamVerdict::inconclusive;
    examined.reason += ", though the capability file says that it does";
  }
  if (examined.verdict != ExamVerdict::pass) examined.timeline = record->timeline;
  if (requirement.level == Level::should && examined.verdict == ExamVerdict::fail && record->findings.empty())
    examined.verdict = ExamVerdict::pass_with_warnings;
  return examined;
}

/// What passes another time is flaky, and what went wrong the first time stays in the report. Nothing else lets a device off that failed:
/// a try that could not be judged, or was cut off, says nothing of the one before.
Examined Examiner::examine_one(const Requirement& requirement, const ExamWatch& watch, std::string& problem) {
  Examined examined = examine_once(requirement, watch.halted(), problem);
  if (watch.halted().load()) {
    // What was seen by a bench that was halted says nothing of the device.
    problem.clear();
    Examined cut = not_begun(requirement, "interrupted");
    cut.seconds = examined.seconds;
    cut.left_out = watch.is_out_of_time();
    if (cut.left_out) cut.reason = "cut off: the budget was spent while it was examined";
    return cut;
  }
  const auto is_tried_again = [&] {
    const bool is_wrong = examined.verdict == ExamVerdict::fail || examined.verdict == ExamVerdict::pass_with_warnings;
    return (is_wrong || examined.verdict == ExamVerdict::inconclusive) && problem.empty() && !watch.halted().load();
  };
  for (std::uint32_t retry = 0; retry < options_.retries && is_tried_again(); ++retry) {
    std::string trouble;
    Examined again = examine_once(requirement, watch.halted(), trouble);
    if (watch.halted().load()) break;
    problem = std::move(trouble);
    again.attempts = ++examined.attempts;
    again.seconds = examined.seconds += again.seconds;
    const bool is_passed = again.verdict == ExamVerdict::pass;
    if (!is_passed && weight_of(again.verdict) < weight_of(examined.verdict)) continue;
    if (is_passed) {
      again.findings = std::move(examined.findings);
      again.timeline = std::move(examined.timeline);
      if (!examined.reason.empty()) again.reason = "the time before: " + examined.reason;
    }
    examined = std::move(again);
  }
  return examined;
}

Examined Examiner::examine_or_not(const Requirement& requirement, const ExamWatch& watch, std::string& problem) {
  if (std::string why = out_of_reach(adapter_, requirement); !why.empty()) return not_begun(requirement, std::move(why));
  if (std::string lack = options_.capabilities.lacking(requirement.wants); !lack.empty()) {
    Examined examined = not_begun(requirement, std::move(lack));
    examined.verdict = ExamVerdict::not_applicable;
    return examined;
  }
  if (options_.budget) {
    const auto gone = std::chrono::duration_cast<Duration>(ExamClock::now() - options_.budget->begin);
    const auto before = options_.baseline == nullptr ? std::nullopt : options_.baseline->seconds_of(requirement.id);
    if (std::string why = budget_says_no(options_.budget->whole, gone, before); !why.empty()) {
      Examined examined = not_begun(requirement, std::move(why));
      examined.left_out = true;
      return examined;
    }
  }
  return examine_one(requirement, watch, problem);
}

void Examiner::work(const std::vector<std::size_t>& order, const ExamWatch& watch) {
  for (std::size_t place = next_++; place < order.size(); place = next_++) {
    if (options_.stop != nullptr && options_.stop->load()) return;
    const std::size_t i = order[place];
    {
      const std::lock_guard lock(mutex_);
      progress_.under_way.push_back(requirements_[i]->id);
    }
    std::string problem;
    Examined examined = examine_or_not(*requirements_[i], watch, problem);
    if (options_.baseline != nullptr) examined.standing = options_.baseline->standing_of(examined);
    const std::lock_guard lock(mutex_);
    std::erase(progress_.under_way, requirements_[i]->id);
    if (sheet_.problem.empty()) sheet_.problem = std::move(problem);
    sheet_.examined[i] = std::move(examined);
    ++progress_.done;
    if (options_.progress) options_.progress(sheet_.examined[i], progress_.done, requirements_.size());
  }
}

void Examiner::tell() const {
  const std::lock_guard lock(mutex_);
  if (options_.heartbeat) options_.heartbeat(progress_);
}

ExamSheet Examiner::run() {
  sheet_.examined.resize(requirements_.size());
  progress_.all = requirements_.size();
  std::vector<std::size_t> order(requirements_.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::optional<ExamClock::time_point> deadline;
  if (options_.budget) {
    order = exam_order(requirements_, options_.baseline);
    deadline = options_.budget->begin + options_.budget->whole;
  }
  // Where time is real, what lasts longest begins first: nobody need wait for it at the end.
  if (!options_.budget && adapter_.lasts_max() != Duration::max())
    std::stable_sort(order.begin(), order.end(),
                     [this](std::size_t a, std::size_t b) { return requirements_[a]->lasts > requirements_[b]->lasts; });
  const ExamWatch watch({.stop = options_.stop, .deadline = deadline, .look = [this] { tell(); }});
  std::vector<std::thread> others;
  const std::size_t threads = adapter_.in_parallel() ? std::min(options_.threads, requirements_.size()) : 1;
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back([&] { work(order, watch); });
  work(order, watch);
  for (std::thread& other : others) other.join();
  for (std::size_t i = 0; i < requirements_.size(); ++i)
    if (sheet_.examined[i].requirement == nullptr) sheet_.examined[i] = not_begun(*requirements_[i], "interrupted");
  return std::move(sheet_);
}

}  // namespace

std::string needs_words(std::uint16_t missing) {
  constexpr std::array<std::string_view, 13> words = {
      "be switched off and on",
      "be cut off from the network",
      "be met with real TLS",
      "be reset to factory settings",
      "publish by itself",
      "show its flash",
      "wait for hours",
      "be kept from resolving names",
      "lose its power within a write",
      "be upgraded over the air",
      "have its clock set",
      "have its clock set while it runs",
      "show when it writes to its flash",
  };
  std::string text;
  for (std::size_t bit = 0; bit < words.size(); ++bit)
    if ((missing & (1U << bit)) != 0) text += (text.empty() ? "" : ", ") + std::string(words[bit]);
  return text;
}

std::string out_of_reach(const DutAdapter& adapter, const Requirement& requirement) {
  if (const auto missing = static_cast<std::uint16_t>(requirement.needs & ~adapter.can()); missing != 0)
    return fmt::format("a device of this kind cannot {}", needs_words(missing));
  if (requirement.lasts <= adapter.lasts_max()) return {};
  return fmt::format("it lasts up to {} of the device's time, and a case may take {} of it: --time-scale and --case-time change that",
                     format_duration(requirement.lasts), format_duration(adapter.lasts_max()));
}

ExamSheet examine(DutAdapter& adapter, const std::vector<const Requirement*>& requirements, const ExaminerOptions& options) {
  return Examiner(adapter, requirements, options).run();
}

ExamSheet unexamined(const DutAdapter& adapter, const std::vector<const Requirement*>& requirements, const ExaminerOptions& options,
                     const std::string& reason) {
  ExamSheet sheet;
  for (const Requirement* const one : requirements) {
    Examined& examined = sheet.examined.emplace_back();
    examined.requirement = one;
    examined.verdict = ExamVerdict::inconclusive;
    examined.reason = reason;
    examined.replay = replay_line(adapter, *one, options);
    if (options.baseline != nullptr) examined.standing = options.baseline->standing_of(examined);
    if (options.progress) options.progress(examined, sheet.examined.size(), requirements.size());
  }
  return sheet;
}

}  // namespace fleetsim::sim
