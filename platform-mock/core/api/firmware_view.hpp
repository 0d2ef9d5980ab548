// Firmware, upgrade jobs and their tasks: how actions find them, and how they show them.
//
//   const auto firmware = firmware_in_sight(call);      // by FirmwareId, of the caller
//   if (!firmware) return firmware.error();
//   write_firmware(call, *firmware);
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform-mock/core/api/action.hpp"
#include "platform-mock/core/ota/firmware_store.hpp"
#include "platform-mock/core/ota/upgrades.hpp"

namespace fleetsim::platform {

/// Devices that one call may name.
inline constexpr std::size_t upgrade_devices_named_max = 200;

Result<ota::FirmwareIndex, ApiError> firmware_in_sight(ActionCall& call);
/// By JobId. What has taken too long is ended first.
Result<ota::UpgradeIndex, ApiError> upgrade_in_sight(ActionCall& call);
/// FirmwareId of the product that ProductKey names, and where the call speaks of.
struct FirmwareThere {
  ota::FirmwareIndex firmware;
  Place place;
};
Result<FirmwareThere, ApiError> firmware_of_product(ActionCall& call);

void write_firmware(ActionCall& call, ota::FirmwareIndex index);
/// -1: it need not be verified, 0: it was not, 1: it was, 2: it is being, 3: that failed.
int verification_status(const ActionCall& call, ota::FirmwareIndex index);
/// Percent of the last verify job; 0 when there was none.
int verification_progress(const ActionCall& call, ota::FirmwareIndex index);

/// One entry of SimpleOTAJobInfo.
void write_upgrade(ActionCall& call, ota::UpgradeIndex index);
/// Data.SimpleOTAJobInfo, the newest first, with Total and the like.
void write_upgrades(ActionCall& call, std::vector<ota::UpgradeIndex> upgrades, const Page& page);
/// One entry of SimpleOTATaskInfo.
void write_task(ActionCall& call, std::size_t position);

std::string task_id(std::size_t position);
/// Nothing when no task of the upgrade has that id.
std::optional<std::size_t> task_of_id(const ota::Upgrade& upgrade, std::string_view id);

/// The options of upgrade jobs that are served; one that is not is a mistake, as nobody should believe that it holds.
ota::UpgradeOptions upgrade_options(ActionCall& call);
/// The version of the firmware's module that the device has told where it resides; empty when it has told none.
std::string_view version_of(const ActionCall& call, DeviceIndex device, std::string_view module);
/// Data.JobId and Data.UtcCreate.
void write_created(ActionCall& call, ota::UpgradeIndex index);
/// Why the firmware cannot be sent to many yet.
std::optional<ApiError> problem_with_verification(const ota::Firmware& firmware);

}  // namespace fleetsim::platform
