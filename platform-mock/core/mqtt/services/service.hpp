// What a device-facing service is: a function from one message of a device to what is answered, and one row in services.cpp.
//
//   Answer take_log(ServiceWorld& world, const Request& request) {
//     world.things.data(request.device, request.place).details().logs.add({}, request.message.params_text(), request.unix_ms,
//                                                                             world.config.limits);
//     return {};                                        // code 200, data {}, on the topic with `_reply` behind it
//   }
//
// README.md beside this file tells how to add one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/hmac_port.hpp"
#include "platform-mock/core/counts/limit_kind.hpp"
#include "platform-mock/core/distribution.hpp"
#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/mqtt/alink_message.hpp"
#include "platform-mock/core/mqtt/connect_auth.hpp"
#include "platform-mock/core/mqtt/services/device_calls.hpp"
#include "platform-mock/core/mqtt/turn.hpp"
#include "platform-mock/core/ota/firmware_store.hpp"
#include "platform-mock/core/ota/upgrades.hpp"
#include "platform-mock/core/platform_config.hpp"
#include "platform-mock/core/registry.hpp"
#include "platform-mock/core/things/device_registration.hpp"
#include "platform-mock/core/things/remote_config.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform::mqtt {

/// Codes of the platform's replies to devices.
namespace alink_code {
inline constexpr std::int32_t success = 200;
inline constexpr std::int32_t topology_signature = 401;
inline constexpr std::int32_t connected_elsewhere = 427;
inline constexpr std::int32_t too_many_sub_devices = 428;
inline constexpr std::int32_t too_many_requests = 429;
inline constexpr std::int32_t bad_params = 460;
inline constexpr std::int32_t no_sub_device_session = 520;
inline constexpr std::int32_t sub_device_deleted = 521;
inline constexpr std::int32_t sub_device_disabled = 522;
inline constexpr std::int32_t device_not_found = 6100;
inline constexpr std::int32_t too_many_properties = 6106;
inline constexpr std::int32_t not_json = 6207;
inline constexpr std::int32_t bad_signature = 6287;
inline constexpr std::int32_t no_topology = 6401;
inline constexpr std::int32_t topology_with_itself = 6402;
inline constexpr std::int32_t topology_full = 6400;
inline constexpr std::int32_t no_config = 6710;
inline constexpr std::int32_t config_off = 6713;
}  // namespace alink_code

struct Request;

/// What a service may ask of the broker.
class DeviceLines {
 public:
  virtual ~DeviceLines() = default;
  /// With QoS 0 to the device, straight or through its gateway. False: it is not heard there.
  virtual bool send(DeviceIndex device, std::string_view topic, std::string_view payload, const Turn& turn) = 0;
  /// The same on the very session that the request came through: what an instance answers never comes out of another.
  virtual bool reply(const Request& request, std::string_view topic, std::string_view payload) = 0;
  /// Whether the sub-device may log in where the gateway is, and belongs to whom the gateway belongs to.
  virtual bool may_join(DeviceIndex gateway, DeviceIndex sub_device) const = 0;
  /// The sub-devices speak through the gateway's connection from now on: all of them, or none and an alink_code that says why.
  virtual std::int32_t log_in(DeviceIndex gateway, const std::vector<DeviceIndex>& sub_devices, const Turn& turn) = 0;
  /// False: it was not logged in there.
  virtual bool log_out(DeviceIndex gateway, DeviceIndex sub_device, std::string_view reason, const Turn& turn) = 0;
};

struct ServiceWorld {
  const PlatformConfig& config;
  const HmacPort& hmac;
  Registry& registry;
  things::ThingStore& things;
  things::RemoteConfigs& configs;
  things::DeviceRegistration& registration;
  ota::Upgrades& upgrades;
  DeviceCalls& calls;
  DeviceLines& lines;
  LimitCounts& limits;  // of what is thrown away without a word; an Answer tells of its own
  std::string data;     // of the answer that is being written: kept, so that steady traffic does not allocate
  std::string topic;    // of a message of a service's own
  std::string payload;  // the same
};

struct Request {
  DeviceIndex device;       // that the topic names
  DeviceIndex sender;       // through whose connection it came: the device's own, or its gateway's
  InstanceIndex sender_at;  // where that connection ends
  DeviceNames names;
  Place place;             // where the device resides
  std::string_view topic;  // the whole of it
  std::string_view tail;   // behind the names
  ByteView payload;        // as it came
  const AlinkMessage& message;
  const Turn& turn;
  std::int64_t unix_ms = 0;
};

struct Answer {
  std::int32_t code = alink_code::success;
  std::string_view data = "{}";          // compact JSON; a literal, or ServiceWorld::data
  std::string_view message = "success";  // a literal
  bool silent = false;                   // nothing is answered on the service's reply topic
  std::optional<LimitKind> limit = {};   // that was reached
};
inline constexpr Answer no_answer{.silent = true};
constexpr Answer refusal(std::int32_t code, std::string_view message) { return {.code = code, .message = message}; }
constexpr Answer refusal(std::int32_t code, std::string_view message, LimitKind reached) {
  return {.code = code, .message = message, .limit = reached};
}

/// Said through a session at a place that the device has been distributed away from. Tags and topology hang on the device and belong to
/// where it is listed: such a session sees and changes none of them.
inline bool is_left_behind(const ServiceWorld& world, const Request& request) {
  return world.registry.device(request.device).listed_at() != request.place;
}

using Service = Answer (*)(ServiceWorld& world, const Request& request);

/// `/sys/{productKey}/{deviceName}/{tail}` into `out`, which is replaced.
void write_system_topic(std::string& out, const DeviceNames& names, std::string_view tail);
void append_number(std::string& out, std::int64_t value);
/// `"productKey":"…","deviceName":"…"`, the way the platform names a device in its replies.
void append_names(std::string& out, const DeviceNames& names);
DeviceNames names_of(const Registry& registry, DeviceIndex device);

}  // namespace fleetsim::platform::mqtt
