// The address of a name, as this host's resolver tells it.
#pragma once

#include <optional>
#include <string>

#include "devicecore/base/ip_address.hpp"

namespace fleetsim::sim {

/// Waits for the resolver. Nothing: the name leads nowhere.
std::optional<IpAddress> look_up_host(const std::string& host);

}  // namespace fleetsim::sim
