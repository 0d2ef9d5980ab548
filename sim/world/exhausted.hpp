// What the generator itself ran out of; never the peer's fault.
#pragma once

#include <cstdint>

namespace fleetsim::sim {

enum class Exhausted : std::uint8_t { nothing, descriptors, ports, memory };

}  // namespace fleetsim::sim
