// What this host gives a platform core that is not on its own server: cryptography by OpenSSL.
#pragma once

#include <cstdint>

#include "platform-mock/core/ports.hpp"

namespace fleetsim::sim {

/// Of any thread, for as long as the process lives.
platform::Ports host_platform_ports(std::uint64_t seed);

}  // namespace fleetsim::sim
