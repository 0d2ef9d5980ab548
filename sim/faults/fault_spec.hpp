// A fault as it is asked for: which kind, where, when, to how many. Plain data, from a scenario's `faults` or a step `inject`;
// fault_check.hpp judges it, fault_set.hpp makes it act.
//
//   FaultSpec slow{.kind = "latency", .arguments = {{"latency", 100'000}}, .groups = {"meters"}, .leg = FaultLeg::mqtt};
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "devicecore/base/time.hpp"
#include "platform-mock/core/misbehaviour/rule.hpp"

namespace fleetsim::sim {

inline constexpr std::size_t fault_name_bytes_max = 64;
inline constexpr std::size_t faults_max = 256;

enum class FaultLeg : std::uint8_t { both, bootstrap, mqtt };
enum class FaultDirection : std::uint8_t { both, up, down };
/// What toxicity is a share of: links, each drawn anew, or devices, which are the same all the time.
enum class FaultDraw : std::uint8_t { link, device };

/// Shares are in parts of 2^32, so that a draw is a comparison of whole numbers.
inline constexpr std::uint64_t share_whole = std::uint64_t{1} << 32;
/// Precondition: 0 <= share <= 1. Exact where doubles are: nothing is rounded but the last part.
constexpr std::uint64_t parts_of_share(double share) { return static_cast<std::uint64_t>(share * 4294967296.0); }

/// A value in whole units: microseconds, bytes, parts of a share, a number, or a choice's position.
struct FaultArgument {
  std::string name;
  std::int64_t value = 0;
  friend bool operator==(const FaultArgument&, const FaultArgument&) = default;
};

inline constexpr Duration fault_forever = Duration::max();

struct FaultSpec {
  std::string name = {};  // no two that are on share one; empty: the kind's name, with a number when that is taken
  std::string kind = {};
  std::vector<FaultArgument> arguments = {};
  /// Of kind misbehaviour: what the platform does wrong. Its kind, arguments, calls and times alone: the rest is said below.
  std::optional<platform::misbehaviour::Rule> rule = {};
  // Where.
  std::vector<std::string> groups = {};   // empty: all
  std::vector<std::string> regions = {};  // of the endpoint, or where a device is; empty: everywhere, the bootstrap endpoint too
  std::optional<FaultLeg> leg = {};       // nothing: the kind's own
  std::optional<FaultDirection> direction = {};
  std::uint64_t toxicity = share_whole;
  std::optional<FaultDraw> per = {};
  // When, from the moment it is set: the run's begin, or the step's.
  Duration from{0};
  Duration until = fault_forever;

  friend bool operator==(const FaultSpec&, const FaultSpec&) = default;
};

}  // namespace fleetsim::sim
