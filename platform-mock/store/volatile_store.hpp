// A store that lives as long as its process: the disk of a simulation. A platform that crashes there comes back from it.
//
//   auto store = make_volatile_store({.seed = 1});
//   if (!store) say(store.error().what, store.error().hint);
#pragma once

#include <cstdint>
#include <memory>

#include "devicecore/base/result.hpp"
#include "platform-mock/core/durable_state.hpp"

namespace fleetsim::platform {

Result<std::unique_ptr<DurableState>, StoreError> make_volatile_store(std::uint64_t seed);

}  // namespace fleetsim::platform
