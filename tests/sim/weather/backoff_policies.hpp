// Back-off policies as firmware has them, drawn device by device: what the classifier and the projection are tried on.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "sim/random.hpp"
#include "sim/weather/backoff_class.hpp"

namespace fleetsim::sim {

/// Uniform in [low, high).
inline double uniform(RandomStream& random, double low, double high) {
  return low + (high - low) * (static_cast<double>(random.word()) / 4294967296.0);
}

struct BackoffPolicy {
  std::string name;
  BackoffShape shape;
  bool jitter = false;
  /// The gap after failure `k` (1, 2, ...); `before` is the gap before it, 0 at first.
  std::function<double(RandomStream&, int k, double before)> gap;
  double cap = 0;  // 0: none
};

inline std::vector<double> gaps_of(const BackoffPolicy& policy, RandomStream& random, std::size_t count) {
  std::vector<double> gaps;
  for (std::size_t i = 0; i < count; ++i) gaps.push_back(policy.gap(random, static_cast<int>(i) + 1, gaps.empty() ? 0 : gaps.back()));
  return gaps;
}

/// Jitter as a share of the ceiling: {1, 1} none, {0, 1} full, {0.5, 1} equal, {0.8, 1.2} a fifth up and down.
struct JitterShare {
  std::string name;
  double low = 1;
  double high = 1;
  bool none() const { return low == high; }
};
inline const std::vector<JitterShare> jitter_shares{
    {"no jitter", 1, 1}, {"full jitter", 0, 1}, {"equal jitter", 0.5, 1}, {"20 % jitter", 0.8, 1.2}};

inline BackoffPolicy with_jitter(const JitterShare& jitter, BackoffPolicy policy, std::function<double(int)> ceiling) {
  policy.name += ", " + jitter.name;
  policy.jitter = !jitter.none();
  policy.gap = [jitter, ceiling = std::move(ceiling), cap = policy.cap](RandomStream& random, int k, double) {
    const double top = cap > 0 ? std::min(cap, ceiling(k)) : ceiling(k);
    return jitter.none() ? top : top * uniform(random, jitter.low, jitter.high);
  };
  return policy;
}

inline BackoffPolicy constant_policy(double seconds, const JitterShare& jitter) {
  return with_jitter(jitter, {.name = "constant", .shape = BackoffShape::constant, .gap = {}}, [=](int) { return seconds; });
}
inline BackoffPolicy linear_policy(double step, double cap, const JitterShare& jitter) {
  return with_jitter(jitter, {.name = cap > 0 ? "linear, capped" : "linear", .shape = BackoffShape::linear, .gap = {}, .cap = cap},
                     [=](int k) { return step * k; });
}
inline BackoffPolicy exponential_policy(double factor, double cap, const JitterShare& jitter) {
  return with_jitter(jitter,
                     {.name = cap > 0 ? "exponential, capped" : "exponential", .shape = BackoffShape::exponential, .gap = {}, .cap = cap},
                     [=](int k) { return std::pow(factor, k - 1); });
}
/// As devicecore waits: uniform in [1 s, min(cap, 2^k s)].
inline BackoffPolicy device_core_policy(double cap) {
  return {"devicecore", BackoffShape::exponential, true,
          [=](RandomStream& random, int k, double) { return uniform(random, 1, std::min(cap, std::pow(2.0, k))); }, cap};
}
/// min(cap, uniform in [1 s, three times the gap before]).
inline BackoffPolicy decorrelated_policy(double cap) {
  return {"decorrelated jitter", BackoffShape::exponential, true,
          [=](RandomStream& random, int, double before) { return std::min(cap, uniform(random, 1, 3 * std::max(before, 1.0))); }, cap};
}

}  // namespace fleetsim::sim
