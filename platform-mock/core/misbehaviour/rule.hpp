// One misbehaviour as it is asked for: which kind, to whom, when. Plain data, from the platform's configuration, the console's API or a
// scenario's step; Engine::add() judges it.
//
//   Rule busy{.name = "busy", .kind = "bootstrap_status", .arguments = {{"status", std::int64_t{503}}}, .share = 0.2, .calls =
//   first_calls(2)};
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/time.hpp"
#include "platform-mock/core/misbehaviour/arguments.hpp"

namespace fleetsim::platform::misbehaviour {

inline constexpr std::size_t rule_name_bytes_max = 64;
inline constexpr std::size_t device_patterns_max = 1000;

/// Which calls of one device (of one job; of all TLS handshakes together), counted from 1: those from `first` to `last` whose number is a
/// multiple of `every`.
struct Calls {
  std::uint32_t first = 1;
  std::uint32_t last = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t every = 1;

  bool has(std::uint32_t call) const { return call >= first && call <= last && call % every == 0; }
  friend bool operator==(const Calls&, const Calls&) = default;
};
constexpr Calls first_calls(std::uint32_t count) { return {.first = 1, .last = count, .every = 1}; }

struct Rule {
  std::string name = {};  // no two rules share one; empty: the kind's name, with a number when that is taken
  std::string kind = {};
  std::vector<Argument> arguments = {};
  // To whom.
  std::vector<std::string> devices = {};  // "productKey/deviceName"; a '*' at the end stands for any rest; none: all
  double share = 1.0;                     // of the fleet: drawn from the seed, the same devices in every run
  std::string endpoint = {};              // "bootstrap" or an instance's id; empty: everywhere
  // When.
  std::optional<Calls> calls = {};  // nothing: every call; of a job kind, the first of each job
  std::uint64_t times = 0;          // in all; 0: no limit
  Duration lasts{0};                // from when it is set; 0: until it is removed

  friend bool operator==(const Rule&, const Rule&) = default;
};

inline constexpr std::string_view bootstrap_endpoint = "bootstrap";

}  // namespace fleetsim::platform::misbehaviour
