// Who a device is: the certificate triple burned at the factory. Parsed once, then trusted. The secret is never printed.
#pragma once

#include <cstdint>
#include <string_view>

#include "devicecore/base/bounded_string.hpp"
#include "devicecore/base/result.hpp"
#include "devicecore/limits.hpp"

namespace fleetsim::device {

enum class IdentityError : std::uint8_t {
  product_key_empty,
  product_key_too_long,
  product_key_bad_character,
  device_name_empty,
  device_name_too_long,
  device_name_bad_character,
  secret_empty,
  secret_too_long,
  secret_bad_character,
};

class Identity {
 public:
  /// Product key: letters and digits. Device name: letters, digits and - _ . @ : (4..32 at the platform, 1..32 here).
  static Result<Identity, IdentityError> parse(std::string_view product_key, std::string_view device_name, std::string_view device_secret);

  /// Of a device that has its product's secret only, and asks for its own (registration.hpp).
  static Result<Identity, IdentityError> parse_unregistered(std::string_view product_key, std::string_view device_name);

  bool has_secret() const { return !device_secret_.empty(); }
  /// False, and nothing changed, when it is no secret: empty, too long, or with characters that none has.
  bool take_secret(std::string_view device_secret);
  Identity without_secret() const;

  std::string_view product_key() const { return product_key_.view(); }
  std::string_view device_name() const { return device_name_.view(); }
  /// For signing only; never log it.
  std::string_view device_secret() const { return device_secret_.view(); }

 private:
  Identity() = default;
  BoundedString<limits::product_key_bytes_max> product_key_;
  BoundedString<limits::device_name_bytes_max> device_name_;
  BoundedString<limits::device_secret_bytes_max> device_secret_;
};

/// For people: what is wrong and what was expected.
std::string_view describe(IdentityError error);

}  // namespace fleetsim::device
