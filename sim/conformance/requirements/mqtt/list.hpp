// MQTT-CONNECT, QOS and KEEPALIVE: the session. A line here, a line in list.cpp, a file of its own.
#pragma once

#include <span>

#include "sim/conformance/requirement.hpp"

namespace fleetsim::sim {

namespace requirement {

Requirement connects();

}  // namespace requirement

std::span<const Requirement> mqtt_requirements();

}  // namespace fleetsim::sim
