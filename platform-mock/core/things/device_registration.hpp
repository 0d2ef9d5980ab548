// Devices that were burned with their product's secret alone fetch their own: over HTTP, over MQTT, or through a gateway. A device that
// is registered gets its secret, once, before it is activated; where the product allows it, an unknown one gets a token instead.
//
//   DeviceRegistration registration(registry, hmac, seed);
//   auto certificate = registration.fetch({.product_key = pk, .device_name = dn, .random = r, .sign_method = "hmacsha256", .sign = s});
//   if (!certificate) answer(certificate.error());        // 6288, 6289, …
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "devicecore/base/hmac_port.hpp"
#include "devicecore/base/result.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/counts/limit_kind.hpp"
#include "platform-mock/core/registry.hpp"

namespace fleetsim::platform::things {

/// The platform's codes.
namespace registration_code {
inline constexpr std::int32_t bad_parameters = 460;
inline constexpr std::int32_t no_such_product = 6250;
inline constexpr std::int32_t no_such_device = 6100;
inline constexpr std::int32_t switched_off = 6288;
inline constexpr std::int32_t already_active = 6289;
inline constexpr std::int32_t sign_method_not_served = 6292;
inline constexpr std::int32_t wrong_signature = 6600;
}  // namespace registration_code

inline constexpr std::size_t random_bytes_max = 64;

class DeviceRegistration {
 public:
  struct Request {
    std::string_view product_key;
    std::string_view device_name;
    std::string_view random;
    std::string_view sign_method;  // hmacmd5, hmacsha1, hmacsha256; case does not matter
    std::string_view sign;         // hex digits of the HMAC by the product's secret over deviceName…productKey…random…
  };
  DeviceRegistration(Registry& registry, const HmacPort& hmac, std::uint64_t seed) : registry_(registry), hmac_(hmac), seed_(seed) {}

  /// The device, whose secret may now be told to whoever asked. The error is a registration_code.
  Result<DeviceIndex, std::int32_t> fetch(const Request& request) const;
  /// The same for a gateway that asks for its sub-device: the gateway has proved who it is, so nothing is signed.
  Result<DeviceIndex, std::int32_t> fetch_unsigned(std::string_view product_key, std::string_view device_name) const;

  struct Token {
    std::string client_id;
    std::string text;
  };
  /// A token instead of a secret; a device that is not registered yet is registered by it.
  Result<DeviceIndex, std::int32_t> fetch_token(const Request& request, Instant now);
  /// Null: the device has none.
  const Token* token_of(DeviceIndex device) const;
  void forget(DeviceIndex device) {
    tokens_.erase(device);
    changed(device);
  }
  /// How many devices a product may have, and how many tokens there may be. It must outlive this.
  void limit(const Limits& limits) { limits_ = &limits; }
  /// Who is told of every change; null: nobody. It must outlive this.
  void record(Journal* journal) { journal_ = journal; }
  /// Where a full table is counted; null: nowhere. It must outlive this.
  void count(LimitCounts* counts) { counts_ = counts; }
  /// Puts back what was kept.
  void restore(DeviceIndex device, Token token) { tokens_.insert_or_assign(device, std::move(token)); }

 private:
  Result<ProductIndex, std::int32_t> check(const Request& request) const;
  bool is_full(ProductIndex product) const;
  Result<DeviceIndex, std::int32_t> full(LimitKind limit) const;
  std::string keyed_text(std::string_view key, std::string_view purpose, std::string_view device_name) const;

  void changed(DeviceIndex device) {
    if (journal_ != nullptr) journal_->token_changed(device);
  }

  Registry& registry_;
  HmacPort hmac_;
  std::uint64_t seed_;
  std::unordered_map<DeviceIndex, Token> tokens_;
  Journal* journal_ = nullptr;
  LimitCounts* counts_ = nullptr;
  const Limits* limits_ = &default_limits;
};

}  // namespace fleetsim::platform::things
