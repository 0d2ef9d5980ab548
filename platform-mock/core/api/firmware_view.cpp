#include "platform-mock/core/api/firmware_view.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/record_page.hpp"
#include "platform-mock/core/things/thing_data.hpp"

namespace fleetsim::platform {
namespace {

std::string_view selection_name(ota::Selection selection) {
  switch (selection) {
    case ota::Selection::fixed:
      return "STATIC";
    case ota::Selection::dynamic:
      return "DYNAMIC";
  }
  return {};
}

std::string_view kind_name(ota::JobKind kind) {
  switch (kind) {
    case ota::JobKind::verify:
      return "VERIFY_FIRMWARE";
    case ota::JobKind::batch:
      return "UPGRADE_FIRMWARE";
  }
  return {};
}

std::string_view state_name(const ActionCall& call, const ota::Upgrade& upgrade) {
  if (upgrade.canceled) return "CANCELED";
  const bool all_over = std::all_of(upgrade.tasks.begin(), upgrade.tasks.end(),
                                    [&](std::size_t at) { return ota::is_over(call.platform.upgrades().task(at).state); });
  return all_over && upgrade.options.selection == ota::Selection::fixed ? "COMPLETED" : "IN_PROGRESS";
}

/// When the last of its tasks changed; when it was made, if it has none.
Instant changed_at(const ActionCall& call, const ota::Upgrade& upgrade) {
  Instant last = upgrade.created;
  for (const std::size_t at : upgrade.tasks) last = std::max(last, call.platform.upgrades().task(at).changed);
  return last;
}

/// The task of its last verify job; null when there was none.
const ota::Task* last_verification(const ActionCall& call, ota::FirmwareIndex index) {
  const ota::Upgrades& upgrades = call.platform.upgrades();
  for (std::size_t i = upgrades.count(); i-- > 0;) {
    const ota::Upgrade& upgrade = upgrades.at(ota::UpgradeIndex{static_cast<std::uint32_t>(i)});
    if (upgrade.kind == ota::JobKind::verify && upgrade.firmware == index && !upgrade.tasks.empty())
      return &upgrades.task(upgrade.tasks.front());
  }
  return nullptr;
}

}  // namespace

Result<ota::FirmwareIndex, ApiError> firmware_in_sight(ActionCall& call) {
  const std::string_view id = call.in.required("FirmwareId");
  if (call.in.failed()) return fail(call.in.error());
  const auto index = call.platform.firmwares().find(id);
  if (!index || call.platform.firmwares().at(*index).owner != call.account)
    return fail(ApiError::business("iot.ota.FirmwareNotExist", "there is no firmware \"" + std::string{id} + "\" here"));
  return *index;
}

Result<ota::UpgradeIndex, ApiError> upgrade_in_sight(ActionCall& call) {
  const std::string_view id = call.in.required("JobId");
  if (call.in.failed()) return fail(call.in.error());
  call.platform.upgrades().expire(call.now);
  const auto index = call.platform.upgrades().find(id);
  if (!index || call.platform.upgrades().at(*index).place.account != call.account)
    return fail(ApiError::business("iot.ota.JobNotExist", "there is no job \"" + std::string{id} + "\" here"));
  return *index;
}

Result<FirmwareThere, ApiError> firmware_of_product(ActionCall& call) {
  const auto product = product_in_sight(call);
  const auto firmware = firmware_in_sight(call);
  if (call.in.failed()) return fail(call.in.error());
  if (!product) return fail(product.error());
  if (!firmware) return fail(firmware.error());
  if (call.platform.firmwares().at(*firmware).product != product->index)
    return fail(ApiError::business("iot.ota.FirmwareNotExist", "the firmware is another product's"));
  return FirmwareThere{*firmware, product->place};
}

int verification_status(const ActionCall& call, ota::FirmwareIndex index) {
  const ota::Firmware& firmware = call.platform.firmwares().at(index);
  if (firmware.verified) return 1;
  if (firmware.facts.verification == ota::Verification::not_needed) return -1;
  const ota::Task* const last = last_verification(call, index);
  if (last == nullptr || last->state == ota::TaskState::canceled) return 0;
  return ota::is_over(last->state) ? 3 : 2;
}

int verification_progress(const ActionCall& call, ota::FirmwareIndex index) {
  const ota::Task* const last = last_verification(call, index);
  return last == nullptr ? 0 : std::max(0, static_cast<int>(last->step));
}

void write_firmware(ActionCall& call, ota::FirmwareIndex index) {
  const ota::Firmware& firmware = call.platform.firmwares().at(index);
  const ota::FirmwareFacts& facts = firmware.facts;
  const std::string created = utc_text(call.unix_ms(firmware.created));
  call.out.member("FirmwareId", firmware.id).member("FirmwareName", facts.name).member("FirmwareDesc", facts.description);
  call.out.member("ProductKey", key_of(call, firmware.product));
  call.out.member("ProductName", call.registry().product(firmware.product).config.name).member("ModuleName", facts.module);
  call.out.member("DestVersion", facts.version).member("SrcVersion", facts.source_version).member("FirmwareSize", facts.size);
  call.out.member("FirmwareSign", facts.sha256.empty() ? facts.md5 : facts.sha256)
      .member("SignMethod", facts.sha256.empty() ? "Md5" : "Sha256");
  call.out.member("Type", facts.source_version.empty() ? 0 : 1).member("Status", verification_status(call, index));
  call.out.member("UtcCreate", created).member("UtcModified", created);
}

void write_upgrade(ActionCall& call, ota::UpgradeIndex index) {
  const ota::Upgrade& upgrade = call.platform.upgrades().at(index);
  const ota::Firmware& firmware = call.platform.firmwares().at(upgrade.firmware);
  const std::string created = utc_text(call.unix_ms(upgrade.created));
  const std::string_view state = state_name(call, upgrade);
  const std::string changed = utc_text(call.unix_ms(changed_at(call, upgrade)));
  call.out.member("JobId", upgrade.id).member("JobType", kind_name(upgrade.kind)).member("JobStatus", state);
  call.out.member("FirmwareId", firmware.id).member("ProductKey", key_of(call, firmware.product));
  call.out.member("SelectionType", selection_name(upgrade.options.selection)).member("TargetSelection", upgrade.options.target_selection);
  call.out.member("UtcCreate", created).member("UtcStartTime", created).member("UtcModified", changed);
  call.out.member("UtcEndTime", state == "IN_PROGRESS" ? std::string{} : changed);
}

void write_upgrades(ActionCall& call, std::vector<ota::UpgradeIndex> upgrades, const Page& page) {
  std::reverse(upgrades.begin(), upgrades.end());
  call.out.object("Data").array("SimpleOTAJobInfo");
  for (std::size_t i = page.first(); i < std::min(upgrades.size(), page.first() + page.size); ++i) {
    call.out.item();
    write_upgrade(call, upgrades[i]);
    call.out.end();
  }
  call.out.end().end().member("Total", upgrades.size()).member("CurrentPage", page.number);
  call.out.member("PageCount", pages_of(upgrades.size(), page.size)).member("PageSize", page.size);
}

void write_task(ActionCall& call, std::size_t position) {
  const ota::Task& task = call.platform.upgrades().task(position);
  const ota::Upgrade& upgrade = call.platform.upgrades().at(task.upgrade);
  const ota::Firmware& firmware = call.platform.firmwares().at(upgrade.firmware);
  call.out.member("TaskId", task_id(position)).member("JobId", upgrade.id).member("FirmwareId", firmware.id);
  call.out.member("ProductKey", key_of(call, firmware.product));
  call.out.member("ProductName", call.registry().product(firmware.product).config.name);
  call.out.member("DeviceName", call.registry().device(task.device).name).member("IotId", call.state.iot_id(task.device));
  call.out.member("ModuleName", firmware.facts.module)
      .member("DestVersion", firmware.facts.version)
      .member("SrcVersion", task.from_version);
  call.out.member("TaskStatus", ota::name_of(task.state))
      .member("TaskDesc", task.description)
      .member("Progress", std::to_string(task.step));
  call.out.member("UtcCreate", utc_text(call.unix_ms(task.created))).member("UtcModified", utc_text(call.unix_ms(task.changed)));
}

std::string task_id(std::size_t position) { return "OTATASK" + std::to_string(100000 + position); }

std::optional<std::size_t> task_of_id(const ota::Upgrade& upgrade, std::string_view id) {
  const auto at = std::find_if(upgrade.tasks.begin(), upgrade.tasks.end(), [id](std::size_t position) { return task_id(position) == id; });
  if (at == upgrade.tasks.end()) return std::nullopt;
  return *at;
}

ota::UpgradeOptions upgrade_options(ActionCall& call) {
  constexpr std::int64_t minutes_max = 1440;
  ota::UpgradeOptions options;
  options.timeout = std::chrono::minutes{call.in.whole("TimeoutInMinutes", {.min = 1, .max = minutes_max}, 0)};
  options.push = call.in.flag("NeedPush", true) ? ota::Push::told : ota::Push::asked_for;
  options.overwrite = call.in.whole("OverwriteMode", {.min = 1, .max = 2}, 1) == 2 ? ota::Overwrite::replace : ota::Overwrite::keep_former;
  for (const std::string_view version : call.in.list("SrcVersion")) options.source_versions.emplace_back(version);
  if (call.in.flag("NeedConfirm", false)) call.in.not_served("NeedConfirm", "devices go ahead by themselves");
  if (call.in.flag("MultiModuleMode", false)) call.in.not_served("MultiModuleMode");
  call.in.word("DownloadProtocol", {"HTTPS"});
  call.in.not_served("Tag.1.Key", "jobs carry no tags");
  call.in.not_served("GroupType", "groups are static");
  for (const std::string_view name :
       {"ScheduleTime", "ScheduleFinishTime", "MaximumPerMinute", "RetryInterval", "RetryCount", "DnListFileUrl"})
    call.in.not_served(name);
  return options;
}

std::string_view version_of(const ActionCall& call, DeviceIndex device, std::string_view module) {
  const things::ThingDetails* const details = details_of(call, device);
  return details == nullptr ? std::string_view{} : details->version_of(module);
}

void write_created(ActionCall& call, ota::UpgradeIndex index) {
  const ota::Upgrade& upgrade = call.platform.upgrades().at(index);
  call.out.object("Data").member("JobId", upgrade.id).member("UtcCreate", utc_text(call.unix_ms(upgrade.created))).end();
}

std::optional<ApiError> problem_with_verification(const ota::Firmware& firmware) {
  if (firmware.verified || firmware.facts.verification == ota::Verification::not_needed) return std::nullopt;
  return ApiError::business("iot.ota.FirmwareNotVerified", "the firmware needs a verify job that succeeds first");
}

}  // namespace fleetsim::platform
