#include "platform-mock/core/things/device_registration.hpp"

#include <array>
#include <span>

#include "devicecore/base/bytes.hpp"
#include "platform-mock/core/api/text_coding.hpp"
#include "platform-mock/core/mqtt/connect_auth.hpp"

namespace fleetsim::platform::things {
Result<ProductIndex, std::int32_t> DeviceRegistration::check(const Request& request) const {
  if (request.product_key.empty() || !is_device_name(request.device_name) || request.random.empty() || request.sign.empty() ||
      request.random.size() > random_bytes_max)
    return fail(registration_code::bad_parameters);
  const auto product = registry_.find_product(request.product_key);
  if (!product) return fail(registration_code::no_such_product);
  const auto method = mqtt::parse_sign_method(request.sign_method);
  if (!method || request.sign_method.empty()) return fail(registration_code::sign_method_not_served);
  const std::string content = std::string("deviceName")
                                  .append(request.device_name)
                                  .append("productKey")
                                  .append(request.product_key)
                                  .append("random")
                                  .append(request.random);
  if (!mqtt::is_signed(hmac_, *method, registry_.product(*product).config.secret, bytes_of(content), bytes_of(request.sign)))
    return fail(registration_code::wrong_signature);
  if (registry_.product(*product).data.dynamic_registration == DynamicRegistration::off) return fail(registration_code::switched_off);
  return *product;
}

Result<DeviceIndex, std::int32_t> DeviceRegistration::fetch(const Request& request) const {
  const auto product = check(request);
  if (!product) return fail(product.error());
  const auto device = registry_.find_device(*product, request.device_name);
  if (!device) return fail(registration_code::no_such_device);
  if (registry_.device(*device).activated || tokens_.count(*device) != 0) return fail(registration_code::already_active);
  return *device;
}

Result<DeviceIndex, std::int32_t> DeviceRegistration::fetch_unsigned(std::string_view product_key, std::string_view device_name) const {
  const auto product = registry_.find_product(product_key);
  if (!product) return fail(registration_code::no_such_product);
  if (registry_.product(*product).data.dynamic_registration == DynamicRegistration::off) return fail(registration_code::switched_off);
  const auto device = registry_.find_device(*product, device_name);
  if (!device) return fail(registration_code::no_such_device);
  if (registry_.device(*device).activated || tokens_.count(*device) != 0) return fail(registration_code::already_active);
  return *device;
}

Result<DeviceIndex, std::int32_t> DeviceRegistration::fetch_token(const Request& request, Instant now) {
  const auto product = check(request);
  if (!product) return fail(product.error());
  auto device = registry_.find_device(*product, request.device_name);
  if (device && registry_.device(*device).activated) return fail(registration_code::already_active);
  const bool is_renewal = device && tokens_.count(*device) != 0;
  if (!is_renewal && tokens_.size() >= limits_->registration_tokens) return full(LimitKind::registration_tokens);
  if (!device && is_full(*product)) return full(LimitKind::devices_per_product);
  const std::string key = registry_.product(*product).config.secret;
  if (!device) {
    // It never signs with this secret: it logs in by its token. But every device has one.
    const std::string secret = keyed_text(key, "secret", request.device_name).substr(0, 32);
    if (registry_.add_device(request.product_key, request.device_name, secret, now)) return fail(registration_code::bad_parameters);
    device = registry_.find_device(*product, request.device_name);
  }
  changed(*device);
  Token& token = tokens_[*device];
  token.client_id = keyed_text(key, "client", request.device_name).substr(0, 32);
  token.text = keyed_text(key, std::string("token").append(request.random), request.device_name);
  return *device;
}

Result<DeviceIndex, std::int32_t> DeviceRegistration::full(LimitKind limit) const {
  if (counts_ != nullptr) counts_->reached(limit);
  return fail(registration_code::bad_parameters);
}

bool DeviceRegistration::is_full(ProductIndex product) const {
  return registry_.devices_of(product).size() >= documented_max(*limits_, limits_->devices_per_product);
}

const DeviceRegistration::Token* DeviceRegistration::token_of(DeviceIndex device) const {
  const auto at = tokens_.find(device);
  return at == tokens_.end() ? nullptr : &at->second;
}

/// Hex digits that nobody can guess who does not know the product's secret, and that are the same in every run of one seed.
std::string DeviceRegistration::keyed_text(std::string_view key, std::string_view purpose, std::string_view device_name) const {
  const std::string content = std::string(purpose).append("/").append(std::to_string(seed_)).append("/").append(device_name);
  std::array<std::uint8_t, kHmacBytesMax> digest{};
  const std::size_t length = hmac_.compute(hmac_.context, HmacMethod::sha256, bytes_of(key), bytes_of(content), digest);
  return hex_of(std::span(digest).first(length));
}

}  // namespace fleetsim::platform::things
