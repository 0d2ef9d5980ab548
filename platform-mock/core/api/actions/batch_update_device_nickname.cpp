#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/gateway_access.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::size_t devices_max = 10;

/// By IotId, or by ProductKey and DeviceName.
Result<DeviceIndex, ApiError> named_device(const ActionCall& call, const Place& place, const std::string& at) {
  const auto by_id = call.state.device_of_iot_id(call.in.optional(at + "IotId"));
  if (by_id && by_id->value < call.registry().device_count() && !call.registry().device(*by_id).removed) {
    const DeviceRecord& record = call.registry().device(*by_id);
    return device_there(call, place, key_of(call, record.product), record.name);
  }
  return device_there(call, place, call.in.optional(at + "ProductKey"), call.in.optional(at + "DeviceName"));
}

}  // namespace

/// All of them or none. One without a nickname loses its own.
ActionResult batch_update_device_nickname(ActionCall& call) {
  std::size_t count = call.in.list("DeviceNicknameInfo", "DeviceName").size();
  if (count == 0) count = call.in.list("DeviceNicknameInfo", "IotId").size();
  const auto place = place_of(call);
  if (count == 0) return ApiError::gateway(400, "MissingParameter", "\"DeviceNicknameInfo.1.DeviceName\" is missing");
  if (!place) return place.error();
  if (count > devices_max) return ApiError::business("iot.device.DeviceCountExceeded", "at most 10 devices at once");
  std::vector<std::pair<DeviceIndex, std::string_view>> nicknames;
  for (std::size_t i = 1; i <= count; ++i) {
    const std::string at = "DeviceNicknameInfo." + std::to_string(i) + ".";
    const auto device = named_device(call, *place, at);
    if (!device) return device.error();
    const bool is_given = !call.in.optional(at + "Nickname").empty();
    nicknames.emplace_back(*device, is_given ? call.in.text(at + "Nickname", nickname_limits) : std::string_view{});
  }
  if (call.in.failed()) return call.in.error();
  for (const auto& [device, nickname] : nicknames) call.state.set_nickname(device, nickname);
  return std::nullopt;
}

}  // namespace fleetsim::platform
