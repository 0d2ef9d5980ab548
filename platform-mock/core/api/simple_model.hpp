// A product's features as GetThingModelTsl shows them with Simple: what they and their parameters are called, and of which type they are.
//
//   simple_model(R"({"properties":[{"identifier":"level","name":"Level","dataType":{"type":"int"}}]})")
//   // {"properties":[{"identifier":"level","dataType":{"type":"int"}}]}
#pragma once

#include <string>
#include <string_view>

namespace fleetsim::platform {

/// Compact JSON; what is no JSON object as it came.
std::string simple_model(std::string_view tsl);

}  // namespace fleetsim::platform
