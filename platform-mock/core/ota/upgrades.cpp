#include "platform-mock/core/ota/upgrades.hpp"

#include <algorithm>
#include <utility>

namespace fleetsim::platform::ota {
namespace {

/// As JSON wants it. The facts of a firmware come from its owner.
void append_string(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      out.append("\\u00");
      out.push_back(hex[byte >> 4]);
      out.push_back(hex[byte & 0x0fU]);
      continue;
    }
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  out.push_back('"');
}

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
  if (!firmwares_.may_use(request.firmware, request.place.account))
    return PlatformError{"iot.ota.FirmwareNotObtained",
                         "the firmware belongs to the distributor, who has not given its file to this account"};
  if (upgrades_.size() >= upgrades_max) return PlatformError{"iot.ota.TooManyJobs", "no room for another job"};
  const std::size_t devices_max = request.kind == JobKind::verify ? devices_per_verify_max : devices_per_upgrade_max;
  if (request.devices.empty()) return PlatformError{"iot.device.NullDeviceName", "no device is given"};
  if (request.devices.size() > devices_max)
    return PlatformError{"iot.device.DeviceCountExceeded", "at most " + std::to_string(devices_max) + " devices"};
  for (const DeviceIndex device : request.devices) {
    const DeviceRecord& record = registry_.device(device);
    if (record.removed || record.product != firmware.product)
      return PlatformError{"iot.device.NotExistedDevice", "device \"" + record.name + "\" is not of the firmware's product"};
    if (!std::holds_alternative<Bound>(record.placement) || record.resides_at() != request.place)
      return PlatformError{"iot.device.NotExistedDevice",
                           "device \"" + record.name + "\" does not reside here: its update is set where it was distributed to"};
  }
  return std::nullopt;
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
    Task* older = open_task(device, module);
    if (older != nullptr && older->state != TaskState::in_progress) change(*older, TaskState::canceled, now);
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

const Task* Upgrades::due(DeviceIndex device) const {
  const auto at = open_.find(device);
  return at == open_.end() ? nullptr : &tasks_[at->second.front()];
}

std::optional<std::size_t> Upgrades::open_position(DeviceIndex device, std::string_view module) const {
  const auto at = open_.find(device);
  if (at == open_.end()) return std::nullopt;
  for (const std::size_t position : at->second)
    if (firmwares_.at(upgrades_[tasks_[position].upgrade.value].firmware).facts.module == module) return position;
  return std::nullopt;
}

const Task* Upgrades::due(DeviceIndex device, std::string_view module) const {
  const auto position = open_position(device, module);
  return position ? &tasks_[*position] : nullptr;
}

Task* Upgrades::open_task(DeviceIndex device, std::string_view module) {
  const auto position = open_position(device, module);
  return position ? &tasks_[*position] : nullptr;
}

std::string Upgrades::message_of(const Task& task) const {
  const FirmwareFacts& facts = firmwares_.at(upgrades_[task.upgrade.value].firmware).facts;
  std::string out = R"({"size":)" + std::to_string(facts.size) + R"(,"version":)";
  append_string(out, facts.version);
  out.append(facts.source_version.empty() ? R"(,"isDiff":0,"url":)" : R"(,"isDiff":1,"url":)");
  append_string(out, facts.url);
  if (!facts.md5.empty()) {
    out.append(R"(,"md5":)");
    append_string(out, facts.md5);
  }
  const bool by_sha256 = !facts.sha256.empty();
  out.append(R"(,"sign":)");
  append_string(out, by_sha256 ? facts.sha256 : facts.md5);
  out.append(R"(,"signMethod":")").append(by_sha256 ? "SHA256" : "MD5").append(R"(","module":)");
  append_string(out, facts.module);
  if (!facts.extra_data.empty()) out.append(R"(,"extData":)").append(facts.extra_data);
  return out.append("}");
}

void Upgrades::pushed(DeviceIndex device, Instant now) {
  const Task* task = due(device);
  if (task == nullptr || task->state != TaskState::queued) return;
  change(tasks_[open_.at(device).front()], TaskState::notified, now);
}

void Upgrades::informed(DeviceIndex device, std::string_view module, std::string_view version, Instant now) {
  Task* task = open_task(device, module);
  if (task == nullptr) return;
  const Upgrade& upgrade = upgrades_[task->upgrade.value];
  if (firmwares_.at(upgrade.firmware).facts.version != version) {
    task->from_version = version;
    return;
  }
  task->step = 100;
  if (upgrade.kind == JobKind::verify) firmwares_.set_verified(upgrade.firmware);
  change(*task, TaskState::succeeded, now);
}

bool Upgrades::progressed(DeviceIndex device, std::string_view module, std::int32_t step, std::string_view description, Instant now) {
  Task* task = open_task(device, module);
  if (task == nullptr || task->state == TaskState::queued) return false;
  task->step = step;
  task->description = description.substr(0, step_text_bytes_max);
  change(*task, step < 0 ? TaskState::failed : TaskState::in_progress, now);
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
