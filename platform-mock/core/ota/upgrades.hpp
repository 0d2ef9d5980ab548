// Upgrade jobs and how far each device has come: a state machine that is told what devices say and answers what to send them.
//
//   auto job = upgrades.create({.kind = JobKind::batch, .firmware = fw, .place = {instance, account}, .devices = {device}}, now);
//   if (const Task* task = upgrades.due(device, place)) send(upgrades.message_of(*task));   // now, and when the device connects there
//   upgrades.pushed(device, place, {}, now);
//   upgrades.progressed(device, place, {.module = "default", .step = 40}, now);              // what the device tells
//   upgrades.informed(device, place, "default", "2.0.0", now);                               // the new version: done
//
// An update is set where the devices reside: after a move inside the account only at the destination; after one to another account only
// by the recipient, with a file that it has obtained from the distributor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "devicecore/base/result.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/distribution.hpp"
#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/journal.hpp"
#include "platform-mock/core/ota/firmware_store.hpp"
#include "platform-mock/core/platform_error.hpp"
#include "platform-mock/core/registry.hpp"

namespace fleetsim::platform::ota {

inline constexpr std::size_t upgrades_max = 10000;
inline constexpr std::size_t devices_per_upgrade_max = 10000;
inline constexpr std::size_t devices_per_verify_max = 10;
inline constexpr std::size_t step_text_bytes_max = 256;

enum class JobKind : std::uint8_t { verify, batch };
enum class TaskState : std::uint8_t {
  queued,       // the device has not been told yet: it is offline, or has an older task to end
  notified,     // it has been told
  in_progress,  // it has told how far it is
  succeeded,    // it runs the new version
  failed,       // it said so
  canceled,     // by the user, or because the device was distributed meanwhile
};
/// As the management API names them: "QUEUED", "NOTIFIED", …
std::string_view name_of(TaskState state);
bool is_over(TaskState state);

/// What a device's `step` means when it is negative.
namespace step_code {
inline constexpr std::int32_t upgrade_failed = -1;
inline constexpr std::int32_t download_failed = -2;
inline constexpr std::int32_t verify_failed = -3;
inline constexpr std::int32_t flash_failed = -4;
}  // namespace step_code

struct Task {
  DeviceIndex device;
  UpgradeIndex upgrade;
  TaskState state = TaskState::queued;
  std::int32_t step = 0;  // 0 to 100, or a step_code
  std::string description;
  std::string from_version;
  Instant changed{};
};

struct UpgradeRequest {
  JobKind kind = JobKind::batch;
  FirmwareIndex firmware;
  Place place;  // who asks, and at which instance the devices reside
  std::vector<DeviceIndex> devices;
};

struct Upgrade {
  std::string id;
  JobKind kind = JobKind::batch;
  FirmwareIndex firmware;
  Place place;
  Instant created{};
  std::vector<std::size_t> tasks;  // positions in Upgrades::task()
};

class Upgrades {
 public:
  /// All must outlive this.
  Upgrades(FirmwareStore& firmwares, const Registry& registry, const Distribution& distribution)
      : firmwares_(firmwares), registry_(registry), distribution_(distribution) {}

  /// All of the devices or none.
  Result<UpgradeIndex, PlatformError> create(const UpgradeRequest& request, Instant now);
  /// What is not over yet. The number of tasks that were cancelled.
  std::size_t cancel(UpgradeIndex index, Instant now);
  const Upgrade& at(UpgradeIndex index) const { return upgrades_[index.value]; }
  std::optional<UpgradeIndex> find(std::string_view id) const;
  std::size_t count() const { return upgrades_.size(); }
  const Task& task(std::size_t position) const { return tasks_[position]; }
  std::size_t task_count() const { return tasks_.size(); }

  /// The oldest task that was set for the device at `place` and is not over, whether the device has been told or not; null: none is.
  const Task* due(DeviceIndex device, const Place& place) const;
  /// The same of one module.
  const Task* due(DeviceIndex device, const Place& place, std::string_view module) const;
  /// The `data` of the message to the device: compact JSON.
  std::string message_of(const Task& task) const;
  /// The device has been told of what is due(); `module` may be empty there too.
  void pushed(DeviceIndex device, const Place& place, std::string_view module, Instant now);
  void informed(DeviceIndex device, const Place& place, std::string_view module, std::string_view version, Instant now);
  struct Progress {
    std::string_view module;
    std::int32_t step = 0;
    std::string_view description;
  };
  /// False: there is nothing to be in progress with.
  bool progressed(DeviceIndex device, const Place& place, const Progress& progress, Instant now);
  /// The device was distributed or removed: what was set for it where it was does not follow it.
  void cancel_for(DeviceIndex device, Instant now);

  /// Who is told of every change; null: nobody. It must outlive this.
  void record(Journal* journal) { journal_ = journal; }
  // Puts back what was kept, each kind in the order of its indices; nobody is told.
  void restore_upgrade(Upgrade upgrade);
  /// Precondition: its upgrade is there, and lists no task.
  void restore_task(Task task);

 private:
  std::optional<PlatformError> refusal_of(const UpgradeRequest& request) const;
  std::optional<PlatformError> refusal_of(DeviceIndex device, const Firmware& firmware, const Place& place) const;
  FirmwareUpdate permission(DeviceIndex device, const Firmware& firmware, const Place& place) const;
  /// Of any module when `module` is empty.
  std::optional<std::size_t> open_position(DeviceIndex device, const Place& place, std::string_view module) const;
  void change(std::size_t position, TaskState state, Instant now);
  void task_changed(std::size_t position) {
    if (journal_ != nullptr) journal_->task_changed(TaskIndex{static_cast<std::uint32_t>(position)});
  }

  FirmwareStore& firmwares_;
  const Registry& registry_;
  const Distribution& distribution_;
  std::vector<Upgrade> upgrades_;
  std::deque<Task> tasks_;                                          // a task stays where it is
  std::unordered_map<DeviceIndex, std::vector<std::size_t>> open_;  // positions in tasks_, the oldest first
  Journal* journal_ = nullptr;
};

}  // namespace fleetsim::platform::ota
