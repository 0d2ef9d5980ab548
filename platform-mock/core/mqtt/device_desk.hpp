// What the platform's users do with one device: ask it, set its properties, wish, change its shadow, update its firmware, tell it of a
// configuration or an endpoint. What the device must hear is sent at once if it can hear.
//
//   desk.call({.kind = CallKind::rrpc, .device = device, .payload = "hello"}, [](const CallOutcome& outcome, const Turn& turn) { … }, {now,
//   output}); if (auto refused = desk.change_shadow(device, R"({"method":"update","state":{"desired":{"color":"red"}},"version":3})",
//   turn)) …
//
// Whoever asks is called back when the step is over in which the answer came, the time was up or the device turned out not to hear:
// once, and never from inside the call.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devicecore/base/result.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/mqtt/services/device_calls.hpp"
#include "platform-mock/core/mqtt/turn.hpp"
#include "platform-mock/core/ota/upgrades.hpp"
#include "platform-mock/core/things/desired_properties.hpp"
#include "platform-mock/core/things/shadow.hpp"

namespace fleetsim::platform::mqtt {

class Broker;

struct DeviceCall {
  CallKind kind = CallKind::rrpc;
  DeviceIndex device;
  std::string name{};                 // of the service, or the topic of rrpc_on_topic; not used by the others
  std::string_view payload{};         // of an RRPC any bytes; else params, a JSON object
  std::optional<Duration> timeout{};  // limits.call_timeout_max at most; without it limits.rrpc_timeout
};

/// That whoever speaks knows the sub-device: what the sub-device itself would log in with.
struct SubDeviceProof {
  std::string_view client_id{};
  std::string_view timestamp{};
  std::string_view sign_method{};
  std::string_view sign{};
};

/// What became of a wish.
struct DesiredOutcome {
  std::vector<std::pair<std::string, std::uint64_t>> versions;  // of each property named
  bool told = false;                                            // the device was online and heard of it
};

/// A name or an address. It goes into JSON and then into a device that may only look for the next quote.
bool is_host(std::string_view text);

class DeviceDesk {
 public:
  explicit DeviceDesk(Broker& broker) : broker_(broker) {}

  CallId call(const DeviceCall& call, CallDone done, const Turn& turn);

  /// `items` and `versions` are JSON objects; a version that is named must be the one known (0: none yet). All of them or none.
  Result<DesiredOutcome, things::DesiredProperties::Refusal> set_desired(DeviceIndex device, std::string_view items,
                                                                         std::string_view versions, const Turn& turn);
  std::optional<things::Shadow::Refusal> change_shadow(DeviceIndex device, std::string_view document, const Turn& turn,
                                                       things::DesiredUpdate desired = things::DesiredUpdate::merged);
  /// The whole shadow as users read it.
  std::string shadow_of(DeviceIndex device, const Turn& turn) const;

  /// Sets an update and tells the devices that are online now; the others hear of it when they connect.
  Result<ota::UpgradeIndex, PlatformError> upgrade(const ota::UpgradeRequest& request, const Turn& turn);
  /// Once more for a device whose update failed or was cancelled. False: as Upgrades::retry() says.
  bool retry_upgrade(std::size_t task, const Turn& turn);
  /// thing/config/push to every device of the product that is online. How many heard it.
  std::size_t push_config(ProductIndex product, const Turn& turn);
  /// thing/bootstrap/config/push: connect there next. False: the device does not hear it, or the host is no name.
  bool push_endpoint(DeviceIndex device, std::string_view host, std::uint16_t port, const Turn& turn);

  /// Connected where it is listed: one that is on its way there is not, whatever session it has where it comes from.
  bool is_online(DeviceIndex device) const;
  // After the registry has been told: sessions end, gateways hear of it. Call `removed` while the record can still be read.
  void disabled(DeviceIndex device, const Turn& turn);
  void enabled(DeviceIndex device, const Turn& turn);
  void removed(DeviceIndex device, const Turn& turn);
  /// The user takes a sub-device in or out; the gateway hears of it if it can. False: it is full, it is itself, or it was not there.
  bool add_to_topology(DeviceIndex gateway, DeviceIndex sub_device, const Turn& turn);
  bool remove_from_topology(DeviceIndex gateway, DeviceIndex sub_device, const Turn& turn);
  bool is_proof(DeviceIndex sub_device, const SubDeviceProof& proof) const;
  /// thing/topo/add/notify: asks the gateway to add them itself. Nothing: it does not hear it.
  std::optional<CallId> ask_to_add(DeviceIndex gateway, const std::vector<DeviceIndex>& sub_devices, const Turn& turn);

 private:
  Broker& broker_;
};

}  // namespace fleetsim::platform::mqtt
