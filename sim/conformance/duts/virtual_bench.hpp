// A bench in simulated time: one device of world virtual, a platform of its own, the network between them. Which engine the device has is
// the adapter's to say.
//
//   return with_virtual_bench({.profile = "reference"}, order, work);
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "devicecore/base/result.hpp"
#include "sim/conformance/dut_adapter.hpp"
#include "sim/fleet.hpp"

namespace fleetsim::sim {

class LinkProxy;  // sim/world/link_proxy.hpp

/// What a device in simulated time can do, whatever its engine.
inline constexpr std::uint16_t virtual_capabilities = needs::power | needs::network | needs::traffic | needs::tls | needs::reset |
                                                      needs::flash | needs::names | needs::mid_write | needs::long_time | needs::firmware |
                                                      needs::clock | needs::running_clock | needs::flash_writes;

struct VirtualBenchPlan {
  std::string_view profile;               // of devicecore
  LinkProxy* between = nullptr;           // who stands between the device and its links
  const ForeignMaker* foreign = nullptr;  // whose engine it has instead of devicecore's
};

/// For the time of `work`. The error says what the environment lacks.
Result<BenchRecord, std::string> with_virtual_bench(const VirtualBenchPlan& plan, const BenchOrder& order,
                                                    const std::function<void(Bench&)>& work);

}  // namespace fleetsim::sim
