#include "sim/sweep/shrink.hpp"

#include <algorithm>
#include <utility>

namespace fleetsim::sim {
namespace {

// A violation is dated when it happened, and is found at the latest when the run ends behind that moment.
constexpr Duration end_margin = std::chrono::seconds{1};
constexpr Duration window_grain = std::chrono::milliseconds{100};  // so that windows read well
constexpr int halvings_max = 8;                                    // of each end of a window

class Shrinker {
 public:
  Shrinker(const SweepCase& failing, const CaseOutcome& outcome, std::string_view invariant, const CaseRunner& run,
           const ShrinkOptions& options)
      : invariant_(invariant), run_(run), options_(options), result_{.smallest = failing, .outcome = outcome} {}

  ShrinkResult shrink() {
    for (bool got_smaller = true; got_smaller && !is_cut_short();) {
      got_smaller = false;
      got_smaller |= cut_the_end();
      got_smaller |= drop_parts(&SweepCase::steps);
      got_smaller |= drop_parts(&SweepCase::faults);
      got_smaller |= drop_devices();
    }
    narrow_windows();
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

  /// Complements of ever smaller chunks; with chunks of one each, what is left needs every one of them. Of faults and of steps.
  template <class Part>
  bool drop_parts(std::vector<Part> SweepCase::*parts) {
    bool got_smaller = false;
    for (std::size_t chunk = (result_.smallest.*parts).size(); chunk > 0; chunk = chunk / 2) {
      for (std::size_t from = 0; from < (result_.smallest.*parts).size() && !is_cut_short();) {
        SweepCase candidate = result_.smallest;
        std::vector<Part>& left = candidate.*parts;
        const std::size_t until = std::min(from + chunk, left.size());
        left.erase(left.begin() + static_cast<std::ptrdiff_t>(from), left.begin() + static_cast<std::ptrdiff_t>(until));
        if (try_case(std::move(candidate))) {
          got_smaller = true;  // the next chunk stands at the same place now
        } else {
          from += chunk;
        }
      }
    }
    return got_smaller;
  }

  /// Whole groups, and then of each what can go at its ends: halves, quarters, and so on to single devices.
  bool drop_devices() {
    bool got_smaller = false;
    for (std::size_t group = 0; group < result_.smallest.devices.size(); ++group) {
      const DevicePart whole = result_.smallest.devices[group];
      if (whole.may_go && whole.count > 0 && cut(group, whole.count, End::last)) got_smaller = true;
      if (!whole.may_shrink) continue;
      for (std::uint32_t piece = whole.count / 2; piece > 0; piece /= 2)
        while (result_.smallest.devices[group].count > piece && !is_cut_short() &&
               (cut(group, piece, End::last) || cut(group, piece, End::first)))
          got_smaller = true;
    }
    return got_smaller;
  }

  enum class End : std::uint8_t { first, last };
  bool cut(std::size_t group, std::uint32_t piece, End end) {
    SweepCase candidate = result_.smallest;
    DevicePart& part = candidate.devices[group];
    part.count -= piece;
    if (end == End::first) part.first += piece;
    return try_case(std::move(candidate));
  }

  /// The end of each window by bisection, then its begin.
  void narrow_windows() {
    for (std::size_t fault = 0; fault < result_.smallest.faults.size(); ++fault) {
      if (!result_.smallest.faults[fault].has_window) continue;
      const CaseFault whole = result_.smallest.faults[fault];
      Duration too_short = whole.from;
      Duration until = std::min(whole.until, result_.smallest.end);
      for (int n = 0; n < halvings_max && until - too_short > window_grain && !is_cut_short(); ++n) {
        const Duration middle = too_short + half(until - too_short);
        (try_window(fault, whole.from, middle) ? until : too_short) = middle;
      }
      Duration from = whole.from;
      Duration too_late = until;
      for (int n = 0; n < halvings_max && too_late - from > window_grain && !is_cut_short(); ++n) {
        const Duration middle = from + half(too_late - from);
        (try_window(fault, middle, result_.smallest.faults[fault].until) ? from : too_late) = middle;
      }
    }
  }

  static Duration half(Duration length) { return Duration{length.count() / 2 / window_grain.count() * window_grain.count()}; }

  bool try_window(std::size_t fault, Duration from, Duration until) {
    if (from >= until) return false;
    SweepCase candidate = result_.smallest;
    candidate.faults[fault].from = from;
    candidate.faults[fault].until = until;
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
