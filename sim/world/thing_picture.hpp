// What a platform knows of one device, and how that differs from what a check wants. Pure.
//
//   if (const std::string why = difference(picture, step); !why.empty()) tell(why);   // "temperature is 21.5, not 30"
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace fleetsim::sim {

/// Only what the check asks for has to be filled in.
struct ThingPicture {
  std::string at;       // the instance where it is bound; empty: nowhere that the asker sees
  std::string account;  // with whom it resides
  std::string account_name;
  std::string status;  // ONLINE, OFFLINE, UNACTIVE, DISABLE
  std::string version;
  bool read_only = false;  // its product, for that account at that instance
  std::vector<NamedValue> properties;
  std::vector<NamedValue> shadow;
  std::vector<NamedValue> tags;
  std::vector<NamedValue> device_groups;
  std::uint32_t events = 0;
  std::uint32_t sub_devices = 0;
};

/// The first thing that is not as wanted; empty: all is.
std::string difference(const ThingPicture& picture, const ExpectStep& wanted);

/// The same number, however it is written (21.5, 2.15E1), or the same text.
bool same_json(std::string_view a, std::string_view b);

}  // namespace fleetsim::sim
