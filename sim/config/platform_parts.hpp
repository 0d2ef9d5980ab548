// The parts of a platform description, one reader each; platform_reader.cpp calls them in this order, because later parts name earlier
// ones.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform-mock/core/platform_config.hpp"
#include "sim/config/platform_reader.hpp"
#include "sim/config/reader.hpp"
#include "sim/config/suggest.hpp"

namespace fleetsim::sim {

void read_accounts(MapReader& reader, platform::PlatformConfig& config);
void read_regions(MapReader& reader, platform::PlatformConfig& config);
void read_bootstrap(MapReader& reader, platform::PlatformConfig& config);
void read_management(MapReader& reader, platform::PlatformConfig& config);
void read_metrics(MapReader& reader, platform::PlatformConfig& config);
void read_api(MapReader& reader, platform::PlatformConfig& config);
void read_instances(MapReader& reader, platform::PlatformConfig& config);
void read_products(MapReader& reader, platform::PlatformConfig& config);
void read_geo(MapReader& reader, const PlatformPlace& place, platform::PlatformConfig& config);
void read_limits(MapReader& reader, platform::PlatformConfig& config);
void read_misbehaviour(MapReader& reader, platform::PlatformConfig& config);
void read_rules(MapReader& reader, const PlatformPlace& place, platform::PlatformConfig& config);

/// no region "cn-shangai" (did you mean "cn-shanghai"?)
template <class Things>
std::string no_such(std::string_view kind, std::string_view word, const Things& things) {
  std::vector<std::string_view> known;
  known.reserve(things.size());
  for (const auto& thing : things) known.push_back(thing.id.view());
  return no_such_word(kind, word, known);
}

/// Two listeners on one address and port.
void check_listeners(MapReader& reader, const platform::PlatformConfig& config);

/// (part, key) of every value that is a file name: made relative to the file that it stands in.
std::span<const std::pair<std::string_view, std::string_view>> platform_file_names();

}  // namespace fleetsim::sim
