#include "platform-mock/core/api/registration.hpp"

#include "devicecore/base/ensure.hpp"

namespace fleetsim::platform {

std::optional<ApiError> problem_with_name(const ActionCall& call, ProductIndex product, std::string_view name) {
  if (!is_device_name(name))
    return ApiError::business("iot.device.InvalidFormattedDeviceName", "a device name is 4 to 32 letters, digits or - _ . @ :");
  if (call.registry().find_device(product, name))
    return ApiError::business("iot.device.AlreadyExistedDeviceName", "there is a device \"" + std::string{name} + "\" already");
  return std::nullopt;
}

std::optional<ApiError> problem_with_batch(const ActionCall& call, std::size_t devices) {
  const std::size_t most = call.config.limits.devices_per_registration;
  if (devices <= most) return std::nullopt;
  return ApiError::business("iot.device.DeviceCountExceeded", "a batch takes at most " + std::to_string(most) + " devices")
      .at(LimitKind::devices_per_registration);
}

std::optional<ApiError> problem_with_count(const ActionCall& call, ProductIndex product, std::size_t more) {
  if (call.config.limits.mode == LimitsMode::unlimited) return std::nullopt;
  const std::size_t max = call.config.limits.devices_per_product;
  if (call.registry().devices_of(product).size() + more <= max) return std::nullopt;
  return ApiError::business("iot.device.DeviceCountExceeded", "a product has at most " + std::to_string(max) + " devices")
      .at(LimitKind::devices_per_product);
}

DeviceIndex register_one(ActionCall& call, ProductIndex product, std::string_view name, std::string_view nickname) {
  const std::string secret = call.state.new_device_secret();
  ensure(!call.registry().add_device(key_of(call, product), name, secret, call.now).has_value());
  const DeviceIndex device = *call.registry().find_device(product, name);
  if (!nickname.empty()) call.state.set_nickname(device, nickname);
  return device;
}

std::string free_device_name(ActionCall& call, ProductIndex product) {
  std::string name = call.state.new_device_name();
  while (call.registry().find_device(product, name)) name = call.state.new_device_name();
  return name;
}

}  // namespace fleetsim::platform
