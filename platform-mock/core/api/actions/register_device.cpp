#include <string>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/product_access.hpp"
#include "platform-mock/core/api/registration.hpp"

namespace fleetsim::platform {

ActionResult register_device(ActionCall& call) {
  const std::string_view nickname = call.in.text("Nickname", nickname_limits);
  for (const std::string_view name : {"AppKey", "DevEui", "JoinEui", "LoraNodeType", "PinCode"})
    call.in.not_served(name, "devices come over IP, not over LoRaWAN");
  const auto product = editable_product(call, ProductPart::devices);
  if (call.in.failed()) return call.in.error();
  if (!product) return product.error();
  std::string name{call.in.optional("DeviceName")};
  if (name.empty()) name = free_device_name(call, product->index);
  if (auto problem = problem_with_name(call, product->index, name)) return problem;
  if (auto problem = problem_with_count(call, product->index, 1)) return problem;
  const DeviceIndex device = register_one(call, product->index, name, nickname);
  call.out.object("Data").member("ProductKey", key_of(call, product->index)).member("DeviceName", name);
  call.out.member("DeviceSecret", call.registry().device(device).secret).member("IotId", call.state.iot_id(device));
  call.out.member("Nickname", nickname).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
