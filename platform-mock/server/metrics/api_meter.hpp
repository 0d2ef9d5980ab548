// Counts the calls of the management API by action and code, and how long their answers took: from the moment at which a request was
// complete to the one at which its answer was ready.
//
//   ApiMeter meter(epoch);
//   platform.observe_api(&meter);
//   for (const ApiMeter::Action& action : meter.actions()) show(action);
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform-mock/core/api/api_observer.hpp"

namespace fleetsim::platform {

/// Upper bounds in seconds: an answer is a matter of microseconds, one that waits for a device of seconds.
inline constexpr std::array<double, 14> api_seconds_bounds = {0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001,
                                                              0.005,   0.025,    0.1,     0.5,    1,       5,      10};

class ApiMeter final : public ApiObserver {
 public:
  /// Codes are the platform's own, so there are never many; these bound what is kept whatever happens.
  static constexpr std::size_t refusals_max = 1000;

  struct Action {
    std::uint64_t succeeded = 0;
    std::uint64_t count = 0;  // refused ones too
    double seconds = 0;
    std::array<std::uint64_t, api_seconds_bounds.size() + 1> buckets{};  // not cumulative; the last one is beyond all bounds
  };

  /// `epoch`: the moment that Instant 0 means.
  explicit ApiMeter(std::chrono::steady_clock::time_point epoch);

  void answered(const AnsweredCall& call) override;

  /// By row of action_table(), and one more for requests that name no action.
  const std::vector<Action>& actions() const { return actions_; }
  /// (position in actions(), code) -> calls.
  const std::map<std::pair<std::size_t, std::string>, std::uint64_t>& refusals() const { return refusals_; }

 private:
  void note_refusal(std::size_t action, std::string_view code);

  std::chrono::steady_clock::time_point epoch_;
  std::vector<Action> actions_;
  std::map<std::pair<std::size_t, std::string>, std::uint64_t> refusals_;
};

}  // namespace fleetsim::platform
