// A shard on sockets: one thread, one event loop, an epoll set.
//
//   auto shard = make_live_shard({.index = 0, .count = 2}, runtime);   // the error says what the environment lacks
#pragma once

#include <memory>
#include <string>

#include "devicecore/base/result.hpp"
#include "sim/world/shard.hpp"
#include "sim/world/tapped_links.hpp"

namespace fleetsim::sim {

/// Who listens to a shard, on its thread; both outlive it.
struct ShardTap {
  SideTap* tap = nullptr;              // null: nobody
  const WirePlaces* places = nullptr;  // null: it does not want to hear of the wire
};

Result<std::unique_ptr<Shard>, std::string> make_live_shard(const Shard::Options& options, const RunRuntime& runtime,
                                                            const ShardTap& tap = {});

}  // namespace fleetsim::sim
