#include "sim/sweep/sweep.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "sim/invariants/list.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::uint64_t no_seed = ~std::uint64_t{0};

/// Hands seeds out in order and takes outcomes in any.
class SeedRange {
 public:
  explicit SeedRange(const SweepOptions& options) : options_(options), next_(options.first) {}

  /// False: there is nothing left to run.
  bool take(std::uint64_t& seed) {
    const std::lock_guard lock(mutex_);
    if (is_over_ || next_ > ends_behind_) return false;
    if (options_.stop != nullptr && options_.stop->load()) was_stopped_ = true;
    if (was_stopped_) return false;
    seed = next_;
    is_over_ = next_ == options_.last;  // the last seed may be the largest there is
    if (!is_over_) ++next_;
    return true;
  }

  void done(SweepCase of, CaseOutcome outcome) {
    const std::lock_guard lock(mutex_);
    if (outcome.was_interrupted) {  // whatever it found or did not: another run's
      was_stopped_ = true;
      return;
    }
    if (!outcome.error.empty()) outcome.error = fmt::format("seed {}: {}", of.seed, outcome.error);
    const bool ends_it = !outcome.error.empty() || (options_.mode == SweepMode::first_violation && outcome.violations_total > 0);
    if (ends_it && of.seed < ends_behind_) ends_behind_ = of.seed;
    ++progress_.done;
    progress_.seeds = options_.last - options_.first + 1;
    if (outcome.violations_total > 0) ++progress_.failed;
    const std::uint64_t seed = of.seed;
    const auto added = outcomes_.emplace(seed, SweepFailure{std::move(of), std::move(outcome)}).first;
    if (options_.failed && added->second.outcome.violations_total > 0) options_.failed(added->second);
    fold();
    if (options_.progress) options_.progress(progress_);
  }

  SweepResult result() {
    result_.seeds_asked = options_.last - options_.first + 1;
    result_.sometimes_after = options_.sometimes_after;
    result_.was_stopped = was_stopped_;
    result_.could_give = options_.could_give;
    for (auto& [seed, one] : outcomes_)
      if (seed <= ends_behind_) add(one);  // stopped: there are gaps
    return std::move(result_);
  }

 private:
  /// Outcomes are added up in the order of seeds, as soon as there is no gap: ten thousand need not be kept.
  void fold() {
    if (folded_all_) return;
    for (auto at = outcomes_.begin(); at != outcomes_.end() && at->first == folded_until_ && at->first <= ends_behind_;
         at = outcomes_.erase(at)) {
      add(at->second);
      if (folded_until_ == no_seed) folded_all_ = true;
      ++folded_until_;
    }
  }

  void add(SweepFailure& one) {
    CaseOutcome& outcome = one.outcome;
    ++result_.seeds_run;
    if (!outcome.error.empty() && result_.error.empty()) result_.error = outcome.error;
    result_.simulated += outcome.simulated;
    result_.gave |= outcome.gave;
    result_.gave_invariants |= outcome.gave_invariants;
    if (outcome.verdict_counts) ++result_.verdicts;
    result_.exercised.resize(std::max(result_.exercised.size(), outcome.exercised.size()));
    for (std::size_t i = 0; i < outcome.exercised.size(); ++i) result_.exercised[i] += outcome.exercised[i];
    for (std::size_t i = 0; i < sometimes_count; ++i) result_.sometimes[i] += outcome.sometimes[i];
    if (outcome.violations_total == 0) return;
    ++result_.seeds_failed;
    result_.violations += outcome.violations_total;
    if (result_.failures.size() < options_.failures_max) result_.failures.push_back(std::move(one));
  }

  const SweepOptions& options_;
  std::mutex mutex_;
  std::uint64_t next_;
  std::uint64_t ends_behind_ = no_seed;
  std::uint64_t folded_until_ = options_.first;
  bool is_over_ = false;
  bool folded_all_ = false;
  bool was_stopped_ = false;
  std::map<std::uint64_t, SweepFailure> outcomes_;
  SweepProgress progress_;
  SweepResult result_;
};

}  // namespace

SweepResult sweep(const SweepOptions& options, const std::function<SweepCase(std::uint64_t seed)>& first_case, const CaseRunner& run) {
  SeedRange seeds(options);
  const auto work = [&] {
    std::uint64_t seed = 0;
    while (seeds.take(seed)) {
      SweepCase one = first_case(seed);
      CaseOutcome outcome = run(one);
      seeds.done(std::move(one), std::move(outcome));
    }
  };
  std::vector<std::thread> others;
  for (std::uint32_t n = 1; n < options.threads; ++n) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  return seeds.result();
}

std::vector<std::string_view> SweepResult::never_reached() const {
  std::vector<std::string_view> names;
  for (const SometimesKind& kind : sometimes_kinds()) {
    const bool could_come_up = (kind.needs & ~gave) == 0;
    if (could_come_up && sometimes[static_cast<std::size_t>(kind.which)] == 0) names.push_back(kind.name);
  }
  return names;
}

std::vector<std::string_view> SweepResult::never_exercised() const {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < exercised.size() && i < invariant_kinds().size(); ++i)
    if (exercised[i] == 0) names.push_back(invariant_kinds()[i].name);
  return names;
}

std::vector<std::string_view> SweepResult::wrongly_idle() const {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < exercised.size() && i < invariant_kinds().size(); ++i) {
    const InvariantKind& kind = invariant_kinds()[i];
    if (exercised[i] == 0 && (kind.needs & ~gave_invariants) == 0) names.push_back(kind.name);
  }
  return names;
}

}  // namespace fleetsim::sim
