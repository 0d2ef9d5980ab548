// Where the platform keeps what devices reported: for those who judge whether runtime data stays where it was made.
#include "platform-mock/core/things/thing_store.hpp"
#include "sim/world/run_platform.hpp"

namespace fleetsim::sim {

using platform::Output;
using platform::Platform;

void RunPlatform::look_at_kept(const std::function<void(std::size_t device, std::span<const std::uint16_t> instances)>& tell) {
  host_->call([&](Platform& platform, Output&, Instant) {
    std::vector<std::uint16_t> instances;
    for (std::size_t device = 0; device < indexes_.size(); ++device) {
      const auto index = index_of(platform.registry(), device);
      if (!index) continue;
      instances.clear();
      for (const platform::Place& place : platform.things().places_of(*index)) {
        const platform::things::ThingData* const data = platform.things().find(*index, place);
        if (data != nullptr && !data->properties.all().empty()) instances.push_back(static_cast<std::uint16_t>(place.instance.value));
      }
      tell(device, instances);
    }
  });
}

}  // namespace fleetsim::sim
