// Finds out what a device does by nature, from the wire alone: at the beginning of an exam what decides which requirements apply to it, and
// beside the exam, on benches of its own, what only stands in the reports. What did not come about (the device was never online, the
// adapter cannot cut its power) stays unknown, and decides nothing.
//
//   const Discovery found = discover(*adapter, {.seed = 1});
//   options.capabilities = found.capabilities;
//   std::thread beside([&] { more = discover_more(*adapter, {.seed = 1}); });
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "sim/conformance/capabilities.hpp"
#include "sim/conformance/dut_adapter.hpp"
#include "sim/conformance/exam.hpp"

namespace fleetsim::sim {

struct DiscoveryOptions {
  std::uint64_t seed = 1;
  Patience patience{};
  const std::atomic<bool>* stop = nullptr;
};

struct Discovery {
  Capabilities capabilities{};
  bool has_shown_life = false;  // it opened a link, or tried to
  std::string problem{};        // of the environment; empty: there was none
  std::string trouble{};        // of the device with the bench; empty: there was none
};

/// Of a device that cannot stand on several benches at once, everything; else what its first session shows, which takes seconds.
Discovery discover(DutAdapter& adapter, const DiscoveryOptions& options);
/// The rest, which may take half a minute of real time; nothing of a device that cannot stand on several benches.
Capabilities discover_more(DutAdapter& adapter, const DiscoveryOptions& options);

}  // namespace fleetsim::sim
