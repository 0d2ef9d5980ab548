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

/// What becomes of a task for a device that has another one of the module to end.
enum class Overwrite : std::uint8_t {
  replace,      // the other one is cancelled, unless the device has begun already
  keep_former,  // the new one fails at once
};
enum class Selection : std::uint8_t {
  fixed,    // the devices that are named
  dynamic,  // also those that tell one of the source versions afterwards
};
enum class Push : std::uint8_t { told, asked_for };  // the device is told of its task, or has to ask

struct UpgradeOptions {
  Overwrite overwrite = Overwrite::replace;
  Selection selection = Selection::fixed;
  Push push = Push::told;
  Duration timeout{};                          // from the first progress on; 0: none
  std::vector<std::string> source_versions{};  // of a dynamic one; empty: all but the firmware's own
  std::string target_selection{};              // as the caller named it: "SPECIFIC"
};

struct Task {
  DeviceIndex device;
  UpgradeIndex upgrade;
  TaskState state = TaskState::queued;
  std::int32_t step = 0;  // 0 to 100, or a step_code
  std::string description;
  std::string from_version;
  Instant created{};
  Instant changed{};
  Instant begun{};  // the first progress
};

struct UpgradeRequest {
  JobKind kind = JobKind::batch;
  FirmwareIndex firmware;
  Place place;  // who asks, and at which instance the devices reside
  std::vector<DeviceIndex> devices;
  UpgradeOptions options{};
};

struct Upgrade {
  std::string id;
  JobKind kind = JobKind::batch;
  FirmwareIndex firmware;
  Place place;
  Instant created{};
  std::vector<std::size_t> tasks;  // positions in Upgrades::task()
  UpgradeOptions options{};
  bool canceled = false;  // by the user: a dynamic one takes no more devices
};

class Upgrades {
 public:
  /// All must outlive this.
  Upgrades(FirmwareStore& firmwares, const Registry& registry, const Distribution& distribution)
      : firmwares_(firmwares), registry_(registry), distribution_(distribution) {}

  /// Makes the URLs of files that were uploaded here; null: they have none. It must outlive this.
  void serve_files(const FirmwareUrls* urls) { urls_ = urls; }
  /// It must outlive this.
  void limit(const Limits& limits) { limits_ = &limits; }

  /// All of the devices or none.
  Result<UpgradeIndex, PlatformError> create(const UpgradeRequest& request, Instant now);
  /// What is not over yet. The number of tasks that were cancelled.
  std::size_t cancel(UpgradeIndex index, Instant now);
  /// False: it is over.
  bool cancel_task(std::size_t position, Instant now);
  /// A dynamic one takes no more devices; what it has begun goes on.
  void end_selection(UpgradeIndex index);
  /// Once more for a device that failed or was cancelled. False: it did not, or it has another task to end, or may not be updated there.
  bool retry(std::size_t position, Instant now);
  /// Ends what has taken too long, of one device or of all. Whoever looks at tasks says so first.
  void expire(DeviceIndex device, Instant now);
  void expire(Instant now);
  const Upgrade& at(UpgradeIndex index) const { return upgrades_[index.value]; }
  std::optional<UpgradeIndex> find(std::string_view id) const;
  std::size_t count() const { return upgrades_.size(); }
  const Task& task(std::size_t position) const { return tasks_[position]; }
  std::size_t task_count() const { return tasks_.size(); }

  /// Positions of the device's tasks that are not over, at every place; the oldest first.
  std::vector<std::size_t> open_tasks(DeviceIndex device) const;
  /// Whether a device has still to be updated with it, or a dynamic upgrade may choose one.
  bool is_in_use(FirmwareIndex firmware) const;
  /// Whether a dynamic upgrade with it is under way at `place`.
  bool has_dynamic(FirmwareIndex firmware, const Place& place) const;
  /// The oldest task that was set for the device at `place` and is not over, whether the device has been told or not; null: none is.
  const Task* due(DeviceIndex device, const Place& place) const;
  /// The same of one module.
  const Task* due(DeviceIndex device, const Place& place, std::string_view module) const;
  /// The `data` of the message to the device: compact JSON.
  std::string message_of(const Task& task, std::int64_t unix_ms) const;
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
  void upgrade_changed(UpgradeIndex index) {
    if (journal_ != nullptr) journal_->upgrade_changed(index);
  }
  void task_changed(std::size_t position) {
    if (journal_ != nullptr) journal_->task_changed(TaskIndex{static_cast<std::uint32_t>(position)});
  }
  std::size_t add_task(UpgradeIndex index, DeviceIndex device, Instant now);
  /// Adds a device that tells its version to the newest dynamic upgrade that wants it.
  void select(DeviceIndex device, const Place& place, std::string_view module, std::string_view version, Instant now);
  bool wants(const Upgrade& upgrade, DeviceIndex device, std::string_view version) const;

  FirmwareStore& firmwares_;
  const Registry& registry_;
  const Distribution& distribution_;
  const FirmwareUrls* urls_ = nullptr;
  std::vector<Upgrade> upgrades_;
  std::vector<UpgradeIndex> dynamic_;                               // the oldest first
  std::deque<Task> tasks_;                                          // a task stays where it is
  std::unordered_map<DeviceIndex, std::vector<std::size_t>> open_;  // positions in tasks_, the oldest first
  const Limits* limits_ = &default_limits;
  Journal* journal_ = nullptr;
};

}  // namespace fleetsim::platform::ota
