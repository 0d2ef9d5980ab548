#include "sim/sweep/shrink.hpp"

#include <algorithm>
#include <utility>

namespace fleetsim::sim {
namespace {

// A violation is dated when it happened, and is found at the latest when the run ends behind that moment.
constexpr Duration end_margin = std::chrono::seconds{1};

class Shrinker {
 public:
  Shrinker(const SweepCase& failing, const CaseOutcome& outcome, std::string_view invariant, const CaseRunner& run,
           const ShrinkOptions& options)
      : invariant_(invariant), run_(run), options_(options), result_{.smallest = failing, .outcome = outcome} {}

  ShrinkResult shrink() {
    for (bool got_smaller = true; got_smaller && !is_cut_short();) {
      got_smaller = false;
      got_smaller |= cut_the_end();
      got_smaller |= drop_faults();
      got_smaller |= halve_devices();
    }
    result_.was_cut_short = is_cut_short();
    return std::move(result_);
  }

 private:
  bool is_cut_short() const { return result_.runs >= options_.runs_max || (options_.stop != nullptr && options_.stop->load()); }

  /// Takes the case if it fails as well.
  bool try_case(SweepCase candidate) {
    if (is_cut_short()) return false;
    ++result_.runs;
    CaseOutcome outcome = run_(candidate);
    if (!outcome.error.empty() || outcome.was_interrupted || !outcome.fails(invariant_, options_.part)) return false;
    result_.smallest = std::move(candidate);
    result_.outcome = std::move(outcome);
    return true;
  }

  bool cut_the_end() {
    const Duration violated_at = result_.outcome.find(invariant_, options_.part)->at.time_since_epoch();
    SweepCase candidate = result_.smallest;
    candidate.end = violated_at + end_margin;
    return candidate.end < result_.smallest.end && try_case(std::move(candidate));
  }

  /// Complements of ever smaller chunks; with chunks of one fault each, what is left needs every one of them.
  bool drop_faults() {
    bool got_smaller = false;
    for (std::size_t chunk = result_.smallest.faults.size(); chunk > 0; chunk = chunk / 2) {
      for (std::size_t from = 0; from < result_.smallest.faults.size() && !is_cut_short();) {
        SweepCase candidate = result_.smallest;
        const std::size_t until = std::min(from + chunk, candidate.faults.size());
        candidate.faults.erase(candidate.faults.begin() + static_cast<std::ptrdiff_t>(from),
                               candidate.faults.begin() + static_cast<std::ptrdiff_t>(until));
        if (try_case(std::move(candidate))) {
          got_smaller = true;  // the next chunk stands at the same place now
        } else {
          from += chunk;
        }
      }
    }
    return got_smaller;
  }

  bool halve_devices() {
    bool got_smaller = false;
    for (std::size_t group = 0; group < result_.smallest.devices.size(); ++group) {
      while (result_.smallest.devices[group].may_shrink && result_.smallest.devices[group].count > 1 && !is_cut_short() &&
             (keep_half(group, Half::first) || keep_half(group, Half::second)))
        got_smaller = true;
    }
    return got_smaller;
  }

  enum class Half : std::uint8_t { first, second };
  bool keep_half(std::size_t group, Half half) {
    SweepCase candidate = result_.smallest;
    DevicePart& part = candidate.devices[group];
    const std::uint32_t first_half = part.count / 2;
    if (half == Half::first) {
      part.count = first_half;
    } else {
      part.first += first_half;
      part.count -= first_half;
    }
    return try_case(std::move(candidate));
  }

  std::string_view invariant_;
  const CaseRunner& run_;
  const ShrinkOptions& options_;
  ShrinkResult result_;
};

}  // namespace

ShrinkResult shrink(const SweepCase& failing, const CaseOutcome& outcome, std::string_view invariant, const CaseRunner& run,
                    const ShrinkOptions& options) {
  return Shrinker(failing, outcome, invariant, run, options).shrink();
}

}  // namespace fleetsim::sim
