// What a fault may name in a run: its groups and regions, by position, and how the platform's rules name a group's devices.
//
//   FaultPlaces places{.groups = {"meters"}, .regions = {"", "cn-shanghai"}, .devices = {{"a1TestPK001/m-*"}}};
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace fleetsim::sim {

struct FaultPlaces {
  std::vector<std::string> groups;                                  // as Scenario::groups
  std::vector<std::string> regions;                                 // as TagNames::regions: "" first
  std::vector<std::pair<std::string, std::string>> instances = {};  // region and id of each
  std::vector<std::vector<std::string>> devices;                    // patterns of each group's devices: "pk/dn", "pk/prefix*"
};

}  // namespace fleetsim::sim
