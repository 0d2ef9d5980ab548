#include "platform-mock/core/ota/upgrades.hpp"

#include <algorithm>
#include <utility>

#include "platform-mock/core/json_text.hpp"

namespace fleetsim::platform::ota {
namespace {

constexpr std::int32_t step_done = 100;

}  // namespace

std::string_view name_of(TaskState state) {
  switch (state) {
    case TaskState::queued:
      return "QUEUED";
    case TaskState::notified:
      return "NOTIFIED";
    case TaskState::in_progress:
      return "IN_PROGRESS";
    case TaskState::succeeded:
      return "SUCCEEDED";
    case TaskState::failed:
      return "FAILED";
    case TaskState::canceled:
      return "CANCELED";
  }
  return "";
}

bool is_over(TaskState state) { return state == TaskState::succeeded || state == TaskState::failed || state == TaskState::canceled; }

std::optional<PlatformError> Upgrades::refusal_of(const UpgradeRequest& request) const {
  const Firmware& firmware = firmwares_.at(request.firmware);
  if (firmware.removed) return PlatformError{"iot.ota.FirmwareNotExist", "there is no such firmware"};
  if (upgrades_.size() >= upgrades_max) return PlatformError{"iot.ota.TooManyJobs", "no room for another job"};
  const std::size_t devices_max = request.kind == JobKind::verify ? devices_per_verify_max : devices_per_upgrade_max;
  if (request.devices.empty()) return PlatformError{"iot.device.NullDeviceName", "no device is given"};
  if (request.devices.size() > devices_max)
    return PlatformError{"iot.device.DeviceCountExceeded", "at most " + std::to_string(devices_max) + " devices"};
  for (const DeviceIndex device : request.devices)
    if (auto refusal = refusal_of(device, firmware, request.place)) return refusal;
  return std::nullopt;
}

std::optional<PlatformError> Upgrades::refusal_of(DeviceIndex device, const Firmware& firmware, const Place& place) const {
  const DeviceRecord& record = registry_.device(device);
  if (record.removed || record.product != firmware.product)
    return PlatformError{"iot.device.NotExistedDevice", "device \"" + record.name + "\" is not of the firmware's product"};
  switch (permission(device, firmware, place)) {
    case FirmwareUpdate::allowed:
      return std::nullopt;
    case FirmwareUpdate::not_here:
      return PlatformError{"iot.device.NotExistedDevice",
                           "device \"" + record.name + "\" is not here: its update is set where it was distributed to"};
    case FirmwareUpdate::file_not_obtained:
      return PlatformError{"iot.ota.FirmwareNotObtained",
                           "the product is the distributor's, who has not handed this firmware's file to this account"};
  }
  return std::nullopt;
}

/// A file is known by its digest, and there may be two of them. Whose record of the file is used makes no difference, unless it is
/// somebody's who has nothing to do with the product.
FirmwareUpdate Upgrades::permission(DeviceIndex device, const Firmware& firmware, const Place& place) const {
  const FirmwareUpdate by_sha256 = distribution_.firmware_update(device, place, firmware.facts.sha256);
  const FirmwareUpdate best =
      by_sha256 == FirmwareUpdate::file_not_obtained ? distribution_.firmware_update(device, place, firmware.facts.md5) : by_sha256;
  const bool is_strangers = firmware.owner != place.account && firmware.owner != registry_.product(firmware.product).owner;
  return best == FirmwareUpdate::allowed && is_strangers ? FirmwareUpdate::file_not_obtained : best;
}

Result<UpgradeIndex, PlatformError> Upgrades::create(const UpgradeRequest& request, Instant now) {
  if (auto refusal = refusal_of(request)) return fail(std::move(*refusal));
  const UpgradeIndex index{static_cast<std::uint32_t>(upgrades_.size())};
  Upgrade& added = upgrades_.emplace_back();
  added.id = "OTA" + std::to_string(100000 + index.value);
  added.kind = request.kind;
  added.firmware = request.firmware;
  added.place = request.place;
  added.created = now;
  const std::string& module = firmwares_.at(request.firmware).facts.module;
  for (const DeviceIndex device : request.devices) {
    // Of two wishes for one module the newer counts, unless the device has begun already.
    const auto older = open_position(device, request.place, module);
    if (older && tasks_[*older].state != TaskState::in_progress) change(tasks_[*older], TaskState::canceled, now);
    added.tasks.push_back(tasks_.size());
    open_[device].push_back(tasks_.size());
    tasks_.push_back(
        {.device = device, .upgrade = index, .state = TaskState::queued, .step = 0, .description = {}, .from_version = {}, .changed = now});
  }
  return index;
}

std::size_t Upgrades::cancel(UpgradeIndex index, Instant now) {
  std::size_t cancelled = 0;
  for (const std::size_t position : upgrades_[index.value].tasks) {
    if (is_over(tasks_[position].state)) continue;
    change(tasks_[position], TaskState::canceled, now);
    ++cancelled;
  }
  return cancelled;
}

std::optional<UpgradeIndex> Upgrades::find(std::string_view id) const {
  const auto at = std::find_if(upgrades_.begin(), upgrades_.end(), [id](const Upgrade& upgrade) { return upgrade.id == id; });
  if (at == upgrades_.end()) return std::nullopt;
  return UpgradeIndex{static_cast<std::uint32_t>(at - upgrades_.begin())};
}

std::optional<std::size_t> Upgrades::open_position(DeviceIndex device, const Place& place, std::string_view module) const {
  const auto at = open_.find(device);
  if (at == open_.end()) return std::nullopt;
  for (const std::size_t position : at->second) {
    const Upgrade& upgrade = upgrades_[tasks_[position].upgrade.value];
    if (upgrade.place == place && (module.empty() || firmwares_.at(upgrade.firmware).facts.module == module)) return position;
  }
  return std::nullopt;
}

const Task* Upgrades::due(DeviceIndex device, const Place& place) const { return due(device, place, {}); }

const Task* Upgrades::due(DeviceIndex device, const Place& place, std::string_view module) const {
  const auto position = open_position(device, place, module);
  return position ? &tasks_[*position] : nullptr;
}

std::string Upgrades::message_of(const Task& task) const {
  const FirmwareFacts& facts = firmwares_.at(upgrades_[task.upgrade.value].firmware).facts;
  std::string out = R"({"size":)" + std::to_string(facts.size) + R"(,"version":)";
  append_json_string(out, facts.version);
  out.append(facts.source_version.empty() ? R"(,"isDiff":0,"url":)" : R"(,"isDiff":1,"url":)");
  append_json_string(out, facts.url);
  if (!facts.md5.empty()) {
    out.append(R"(,"md5":)");
    append_json_string(out, facts.md5);
  }
  const bool by_sha256 = !facts.sha256.empty();
  out.append(R"(,"sign":)");
  append_json_string(out, by_sha256 ? facts.sha256 : facts.md5);
  out.append(R"(,"signMethod":")").append(by_sha256 ? "SHA256" : "MD5").append(R"(","module":)");
  append_json_string(out, facts.module);
  if (!facts.extra_data.empty()) out.append(R"(,"extData":)").append(facts.extra_data);
  return out.append("}");
}

void Upgrades::pushed(DeviceIndex device, const Place& place, std::string_view module, Instant now) {
  const auto position = open_position(device, place, module);
  if (position && tasks_[*position].state == TaskState::queued) change(tasks_[*position], TaskState::notified, now);
}

void Upgrades::informed(DeviceIndex device, const Place& place, std::string_view module, std::string_view version, Instant now) {
  const auto position = open_position(device, place, module);
  if (!position) return;
  Task& task = tasks_[*position];
  const Upgrade& upgrade = upgrades_[task.upgrade.value];
  if (firmwares_.at(upgrade.firmware).facts.version != version) {
    task.from_version = version;
    return;
  }
  task.step = step_done;
  if (upgrade.kind == JobKind::verify) firmwares_.set_verified(upgrade.firmware);
  change(task, TaskState::succeeded, now);
}

bool Upgrades::progressed(DeviceIndex device, const Place& place, const Progress& progress, Instant now) {
  const auto position = open_position(device, place, progress.module);
  if (!position || tasks_[*position].state == TaskState::queued) return false;
  Task& task = tasks_[*position];
  task.step = progress.step;
  task.description = progress.description.substr(0, step_text_bytes_max);
  change(task, progress.step < 0 ? TaskState::failed : TaskState::in_progress, now);
  return true;
}

void Upgrades::cancel_for(DeviceIndex device, Instant now) {
  const auto at = open_.find(device);
  if (at == open_.end()) return;
  const std::vector<std::size_t> positions = at->second;
  for (const std::size_t position : positions) change(tasks_[position], TaskState::canceled, now);
}

void Upgrades::change(Task& task, TaskState state, Instant now) {
  task.state = state;
  task.changed = now;
  if (!is_over(state)) return;
  const auto at = open_.find(task.device);
  if (at == open_.end()) return;
  std::erase_if(at->second, [&](std::size_t position) { return &tasks_[position] == &task; });
  if (at->second.empty()) open_.erase(at);
}

}  // namespace fleetsim::platform::ota
