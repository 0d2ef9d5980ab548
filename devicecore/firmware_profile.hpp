// What a firmware does, as data: `reference` does all right; others show the behaviours of real SDKs or one deliberate fault. Each place
// where firmware differs is a dialect with the reference's ways as its defaults; what data cannot say is a function in it.
// A profile is a file under profiles/ and one line in profiles/list.cpp: profiles/README.md tells how to add one.
//
//   const FirmwareProfile my_profile = {.name = "mine", .summary = "never answers a notify", .notify = {.reply = NotifyReply::none}};
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "devicecore/alink.hpp"
#include "devicecore/backoff.hpp"
#include "devicecore/bootstrap_messages.hpp"
#include "devicecore/signing.hpp"
#include "devicecore/tls_dialect.hpp"
#include "devicecore/upgrade_dialect.hpp"

namespace fleetsim::device {

/// The MQTT session that a firmware asks for. What it leaves open is DeviceConfig's.
struct SessionDialect {
  std::uint16_t keep_alive_s = 0;  // 0: DeviceConfig's
  std::optional<bool> clean_session{};
  Duration ping_every{0};                             // MqttConnect::ping_every
  Duration publish_retry{0};                          // MqttConnect::publish_retry
  Duration connect_timeout{0};                        // 0: DeviceConfig's
  std::span<const std::string_view> subscriptions{};  // after each CONNACK, one filter each; "{}" stands for product key/device name
};

struct FirmwareProfile {
  std::string_view name;
  std::string_view summary;
  bool can_bootstrap = true;                   // false: uses the burned endpoint for ever, and a notify is a message like any other
  std::uint16_t sub_devices_max = 32;          // behind a gateway
  bool can_upgrade = true;                     // over the air
  bool waits_by_time_of_day = false;           // not by a counter: whoever sets its clock gives it another `now`; only mutants do
  const FirmwareProfile* successor = nullptr;  // what an upgrade over the air makes of it; nullptr: the same with another version
  BootstrapDialect bootstrap{};
  LoginDialect login{};
  SessionDialect session{};
  RetryDialect retry{};
  NotifyDialect notify{};
  TlsDialect tls{};
  UpgradeDialect upgrade{};
};

/// `reference` first. The whole list, for `fleetsim list`.
std::span<const FirmwareProfile* const> firmware_profiles();
/// nullptr when there is none of that name.
const FirmwareProfile* find_firmware_profile(std::string_view name);

/// What a device is made with once it restarted into `version`, which must outlive it.
DeviceConfig after_upgrade(const DeviceConfig& before, std::string_view version);

}  // namespace fleetsim::device
