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

  /// A secret to sign with, or a token that is shown as it is.
  bool has_secret() const { return secret_bytes_ > 0; }
  bool has_token() const { return secret_bytes_ < credential_.size(); }
  /// False, and nothing changed, when it is no secret: empty, too long, or with characters that none has.
  bool take_secret(std::string_view device_secret);
  /// Likewise. The client id is what the platform gave the device together with the token: it logs in with both.
  bool take_token(std::string_view client_id, std::string_view token);
  Identity without_secret() const;

  std::string_view product_key() const { return product_key_.view(); }
  std::string_view device_name() const { return device_name_.view(); }
  /// The secret or the token. Never log it.
  std::string_view device_secret() const { return {credential_.view().data(), secret_bytes_}; }
  /// Empty without a token.
  std::string_view token_client_id() const { return {credential_.view().data() + secret_bytes_, credential_.size() - secret_bytes_}; }

 private:
  Identity() = default;
  BoundedString<limits::product_key_bytes_max> product_key_;
  BoundedString<limits::device_name_bytes_max> device_name_;
  BoundedString<limits::credential_bytes_max> credential_;  // the secret, and behind a token its client id
  std::uint8_t secret_bytes_ = 0;
};

/// For people: what is wrong and what was expected.
std::string_view describe(IdentityError error);

}  // namespace fleetsim::device
