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
  if (upgrades_.size() >= limits_->upgrade_jobs)
    return PlatformError{"iot.ota.TooManyJobs", "no room for another job", LimitKind::upgrade_jobs};
  const std::size_t devices_max =
      documented_max(*limits_, request.kind == JobKind::verify ? limits_->devices_per_verify : limits_->devices_per_upgrade);
  if (request.devices.empty() && request.options.selection == Selection::fixed)
    return PlatformError{"iot.device.NullDeviceName", "no device is given"};
  if (request.devices.size() > devices_max)
    return PlatformError{"iot.device.DeviceCountExceeded", "at most " + std::to_string(devices_max) + " devices",
                         LimitKind::devices_per_upgrade};
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
  upgrade_changed(index);
  added.options = request.options;
  if (request.options.selection == Selection::dynamic) dynamic_.push_back(index);
  const std::string& module = firmwares_.at(request.firmware).facts.module;
  for (const DeviceIndex device : request.devices) {
    const auto older = open_position(device, request.place, module);
    if (older && request.options.overwrite == Overwrite::keep_former) {
      const std::size_t position = add_task(index, device, now);
      tasks_[position].description = "the device has another update of the module to end";
      change(position, TaskState::failed, now);
      continue;
    }
    // Of two wishes for one module the newer counts, unless the device has begun already.
    if (older && tasks_[*older].state != TaskState::in_progress) change(*older, TaskState::canceled, now);
    add_task(index, device, now);
  }
  return index;
}

std::size_t Upgrades::add_task(UpgradeIndex index, DeviceIndex device, Instant now) {
  const std::size_t position = tasks_.size();
  upgrades_[index.value].tasks.push_back(position);
  open_[device].push_back(position);
  Task& task = tasks_.emplace_back();
  task.device = device;
  task.upgrade = index;
  task.created = now;
  task.changed = now;
  task_changed(position);
  return position;
}

bool Upgrades::wants(const Upgrade& upgrade, DeviceIndex device, std::string_view version) const {
  if (upgrade.options.selection != Selection::dynamic || upgrade.canceled) return false;
  const Firmware& firmware = firmwares_.at(upgrade.firmware);
  if (firmware.removed || firmware.product != registry_.device(device).product || firmware.facts.version == version) return false;
  const std::vector<std::string>& sources = upgrade.options.source_versions;
  if (!sources.empty() && std::find(sources.begin(), sources.end(), version) == sources.end()) return false;
  const bool had_it = std::any_of(upgrade.tasks.begin(), upgrade.tasks.end(), [&](std::size_t at) { return tasks_[at].device == device; });
  return !had_it && !refusal_of(device, firmware, upgrade.place);
}

void Upgrades::select(DeviceIndex device, const Place& place, std::string_view module, std::string_view version, Instant now) {
  if (open_position(device, place, module)) return;
  for (std::size_t i = dynamic_.size(); i-- > 0;) {
    const Upgrade& upgrade = upgrades_[dynamic_[i].value];
    if (upgrade.place != place || firmwares_.at(upgrade.firmware).facts.module != module || !wants(upgrade, device, version)) continue;
    tasks_[add_task(dynamic_[i], device, now)].from_version = version;
    return;
  }
}

void Upgrades::end_selection(UpgradeIndex index) {
  upgrade_changed(index);
  upgrades_[index.value].canceled = true;
}

bool Upgrades::cancel_task(std::size_t position, Instant now) {
  if (is_over(tasks_[position].state)) return false;
  change(position, TaskState::canceled, now);
  return true;
}

bool Upgrades::retry(std::size_t position, Instant now) {
  Task& task = tasks_[position];
  const Upgrade& upgrade = upgrades_[task.upgrade.value];
  const Firmware& firmware = firmwares_.at(upgrade.firmware);
  const bool has_failed = task.state == TaskState::failed || task.state == TaskState::canceled;
  if (!has_failed || firmware.removed || open_position(task.device, upgrade.place, firmware.facts.module)) return false;
  if (refusal_of(task.device, firmware, upgrade.place)) return false;
  open_[task.device].push_back(position);
  task.step = 0;
  task.description.clear();
  task.begun = {};
  change(position, TaskState::queued, now);
  return true;
}

std::vector<std::size_t> Upgrades::open_tasks(DeviceIndex device) const {
  const auto at = open_.find(device);
  return at == open_.end() ? std::vector<std::size_t>{} : at->second;
}

bool Upgrades::is_in_use(FirmwareIndex firmware) const {
  const bool is_chosen_for = std::any_of(dynamic_.begin(), dynamic_.end(), [&](UpgradeIndex index) {
    return upgrades_[index.value].firmware == firmware && !upgrades_[index.value].canceled;
  });
  return is_chosen_for || std::any_of(open_.begin(), open_.end(), [&](const auto& open) {
           return std::any_of(open.second.begin(), open.second.end(),
                              [&](std::size_t at) { return upgrades_[tasks_[at].upgrade.value].firmware == firmware; });
         });
}

bool Upgrades::has_dynamic(FirmwareIndex firmware, const Place& place) const {
  return std::any_of(dynamic_.begin(), dynamic_.end(), [&](UpgradeIndex index) {
    const Upgrade& upgrade = upgrades_[index.value];
    return upgrade.firmware == firmware && upgrade.place == place && !upgrade.canceled;
  });
}

void Upgrades::expire(DeviceIndex device, Instant now) {
  const auto at = open_.find(device);
  if (at == open_.end()) return;
  const std::vector<std::size_t> positions = at->second;
  for (const std::size_t position : positions) {
    Task& task = tasks_[position];
    const Duration timeout = upgrades_[task.upgrade.value].options.timeout;
    if (task.state != TaskState::in_progress || timeout <= Duration::zero() || now < task.begun + timeout) continue;
    task.description = "the time was up";
    change(position, TaskState::failed, now);
  }
}

void Upgrades::expire(Instant now) {
  std::vector<DeviceIndex> devices;
  for (const auto& [device, positions] : open_) devices.push_back(device);
  std::sort(devices.begin(), devices.end());  // the table has no order of its own
  for (const DeviceIndex device : devices) expire(device, now);
}

std::size_t Upgrades::cancel(UpgradeIndex index, Instant now) {
  std::size_t cancelled = 0;
  for (const std::size_t position : upgrades_[index.value].tasks) {
    if (is_over(tasks_[position].state)) continue;
    change(position, TaskState::canceled, now);
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

std::string Upgrades::message_of(const Task& task, std::int64_t unix_ms) const {
  const FirmwareFacts& facts = firmwares_.at(upgrades_[task.upgrade.value].firmware).facts;
  std::string out = R"({"size":)" + std::to_string(facts.size) + R"(,"version":)";
  append_json_string(out, facts.version);
  out.append(facts.source_version.empty() ? R"(,"isDiff":0,"url":)" : R"(,"isDiff":1,"url":)");
  append_json_string(out, !facts.file.empty() && urls_ != nullptr ? urls_->url_of(facts.file, unix_ms) : facts.url);
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
  if (position && tasks_[*position].state == TaskState::queued) change(*position, TaskState::notified, now);
}

void Upgrades::informed(DeviceIndex device, const Place& place, std::string_view module, std::string_view version, Instant now) {
  expire(device, now);
  const auto position = open_position(device, place, module);
  if (!position) return select(device, place, module, version, now);
  Task& task = tasks_[*position];
  const Upgrade& upgrade = upgrades_[task.upgrade.value];
  if (firmwares_.at(upgrade.firmware).facts.version != version) {
    task.from_version = version;
    task_changed(*position);
    return;
  }
  task.step = step_done;
  if (upgrade.kind == JobKind::verify) firmwares_.set_verified(upgrade.firmware);
  change(*position, TaskState::succeeded, now);
}

bool Upgrades::progressed(DeviceIndex device, const Place& place, const Progress& progress, Instant now) {
  expire(device, now);
  const auto position = open_position(device, place, progress.module);
  if (!position || tasks_[*position].state == TaskState::queued) return false;
  Task& task = tasks_[*position];
  if (task.state == TaskState::notified) task.begun = now;
  task.step = progress.step;
  task.description = progress.description.substr(0, step_text_bytes_max);
  change(*position, progress.step < 0 ? TaskState::failed : TaskState::in_progress, now);
  return true;
}

void Upgrades::cancel_for(DeviceIndex device, Instant now) {
  const auto at = open_.find(device);
  if (at == open_.end()) return;
  const std::vector<std::size_t> positions = at->second;
  for (const std::size_t position : positions) change(position, TaskState::canceled, now);
}

void Upgrades::change(std::size_t position, TaskState state, Instant now) {
  task_changed(position);
  Task& task = tasks_[position];
  task.state = state;
  task.changed = now;
  if (!is_over(state)) return;
  const auto at = open_.find(task.device);
  if (at == open_.end()) return;
  std::erase(at->second, position);
  if (at->second.empty()) open_.erase(at);
}

void Upgrades::restore_upgrade(Upgrade upgrade) {
  if (upgrade.options.selection == Selection::dynamic) dynamic_.push_back(UpgradeIndex{static_cast<std::uint32_t>(upgrades_.size())});
  upgrades_.push_back(std::move(upgrade));
}

void Upgrades::restore_task(Task task) {
  const std::size_t position = tasks_.size();
  upgrades_[task.upgrade.value].tasks.push_back(position);
  if (!is_over(task.state)) open_[task.device].push_back(position);
  tasks_.push_back(std::move(task));
}

}  // namespace fleetsim::platform::ota
