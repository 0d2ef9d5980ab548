// How a product's remote configuration is told, asked for or pushed.
//
//   append_config(payload, *config, url);   // {"configId":…,"url":…}
#pragma once

#include <string>
#include <string_view>

#include "platform-mock/core/mqtt/services/service.hpp"

namespace fleetsim::platform::mqtt {

void append_config(std::string& out, const things::RemoteConfig& config, std::string_view url);

}  // namespace fleetsim::platform::mqtt
