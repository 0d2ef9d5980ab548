// A shard on sockets: one thread, one event loop, an epoll set.
//
//   auto shard = make_live_shard({.index = 0, .count = 2}, runtime);   // the error says what the environment lacks
#pragma once

#include <memory>
#include <string>

#include "devicecore/base/result.hpp"
#include "sim/world/shard.hpp"

namespace fleetsim::sim {

Result<std::unique_ptr<Shard>, std::string> make_live_shard(const Shard::Options& options, const RunRuntime& runtime);

}  // namespace fleetsim::sim
