// What must hold of firmware, its uploaded files and the updates with it, whatever happened: beside invariants.hpp, for a recovery and on
// demand.
//
//   for (const std::string& violation : update_violations_of({firmwares, upgrades, uploads, registry})) tell(violation);
#pragma once

#include <string>
#include <vector>

#include "platform-mock/core/files/uploaded_files.hpp"
#include "platform-mock/core/ota/firmware_store.hpp"
#include "platform-mock/core/ota/upgrades.hpp"
#include "platform-mock/core/registry.hpp"

namespace fleetsim::platform {

struct UpdateParts {
  const ota::FirmwareStore& firmwares;
  const ota::Upgrades& upgrades;
  const UploadedFiles& uploads;
  const Registry& registry;
};

/// One sentence each, the first violations_told_max; empty: all is well.
std::vector<std::string> update_violations_of(const UpdateParts& parts);

}  // namespace fleetsim::platform
