// Products and devices of the configuration that a platform with a store does not know yet. What is stored wins: a contradiction is
// told, and changes nothing.
//
//   for (const std::string& sentence : add_configured(registry, config.products)) warn(sentence);
#pragma once

#include <string>
#include <vector>

#include "platform-mock/core/registry.hpp"

namespace fleetsim::platform {

/// Adds what is missing. A product or device that was removed stays removed. The sentences name what differs, and no secret.
/// Precondition: problems_of() found nothing wrong with the configuration.
std::vector<std::string> add_configured(Registry& registry, const std::vector<ProductConfig>& products);

}  // namespace fleetsim::platform
