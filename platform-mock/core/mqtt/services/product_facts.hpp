// How a product's remote configuration is told, asked for or pushed.
//
//   append_config(payload, *config);   // {"configId":…,"url":…}
#pragma once

#include <string>

#include "platform-mock/core/mqtt/services/service.hpp"

namespace fleetsim::platform::mqtt {

void append_config(std::string& out, const things::RemoteConfig& config);

}  // namespace fleetsim::platform::mqtt
