#include "devicecore/identity.hpp"

#include <array>
#include <cstddef>
#include <cstring>

#include "devicecore/ascii.hpp"

namespace fleetsim::device {
namespace {

constexpr bool is_device_name_character(char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.' || c == '@' || c == ':'; }

constexpr bool is_secret_character(char c) { return c > ' ' && c <= '~'; }

/// Behind the bar the extras begin.
constexpr bool is_client_id_character(char c) { return is_secret_character(c) && c != '|'; }

template <class Allowed>
constexpr bool all_of(std::string_view text, Allowed allowed) {
  for (const char c : text)
    if (!allowed(c)) return false;
  return true;
}

bool is_secret(std::string_view text) {
  return !text.empty() && text.size() <= limits::device_secret_bytes_max && all_of(text, is_secret_character);
}

}  // namespace

Result<Identity, IdentityError> Identity::parse(std::string_view product_key, std::string_view device_name,
                                                std::string_view device_secret) {
  if (product_key.empty()) return fail(IdentityError::product_key_empty);
  if (device_name.empty()) return fail(IdentityError::device_name_empty);
  if (device_secret.empty()) return fail(IdentityError::secret_empty);
  auto identity = parse_unregistered(product_key, device_name);
  if (!identity) return identity;
  if (device_secret.size() > limits::device_secret_bytes_max) return fail(IdentityError::secret_too_long);
  if (!identity->take_secret(device_secret)) return fail(IdentityError::secret_bad_character);
  return identity;
}

bool Identity::take_secret(std::string_view device_secret) {
  if (!is_secret(device_secret)) return false;
  secret_bytes_ = static_cast<std::uint8_t>(device_secret.size());
  return credential_.assign(device_secret);
}

bool Identity::take_token(std::string_view client_id, std::string_view token) {
  if (!is_secret(token) || client_id.empty() || client_id.size() > limits::client_id_bytes_max) return false;
  if (!all_of(client_id, is_client_id_character) || token.size() + client_id.size() > limits::credential_bytes_max) return false;
  std::array<char, limits::credential_bytes_max> both{};
  std::memcpy(both.data(), token.data(), token.size());
  std::memcpy(both.data() + token.size(), client_id.data(), client_id.size());
  secret_bytes_ = static_cast<std::uint8_t>(token.size());
  return credential_.assign({both.data(), token.size() + client_id.size()});
}

Identity Identity::without_secret() const {
  Identity identity = *this;
  identity.credential_ = {};
  identity.secret_bytes_ = 0;
  return identity;
}

Result<Identity, IdentityError> Identity::parse_unregistered(std::string_view product_key, std::string_view device_name) {
  if (product_key.empty()) return fail(IdentityError::product_key_empty);
  if (device_name.empty()) return fail(IdentityError::device_name_empty);

  Identity identity;
  if (!identity.product_key_.assign(product_key)) return fail(IdentityError::product_key_too_long);
  if (!identity.device_name_.assign(device_name)) return fail(IdentityError::device_name_too_long);
  // Both and a dot make the MQTT client id, which the platform limits.
  if (product_key.size() + 1 + device_name.size() > limits::client_id_bytes_max) return fail(IdentityError::product_key_too_long);

  if (!all_of(product_key, is_alphanumeric)) return fail(IdentityError::product_key_bad_character);
  if (!all_of(device_name, is_device_name_character)) return fail(IdentityError::device_name_bad_character);
  return identity;
}

std::string_view describe(IdentityError error) {
  switch (error) {
    case IdentityError::product_key_empty:
      return "the product key is empty";
    case IdentityError::product_key_too_long:
      return "the product key is too long (32 characters at most, 63 together with the device name)";
    case IdentityError::product_key_bad_character:
      return "the product key may have letters and digits only";
    case IdentityError::device_name_empty:
      return "the device name is empty";
    case IdentityError::device_name_too_long:
      return "the device name is longer than 32 characters";
    case IdentityError::device_name_bad_character:
      return "the device name may have letters, digits and - _ . @ : only";
    case IdentityError::secret_empty:
      return "the device secret is empty";
    case IdentityError::secret_too_long:
      return "the device secret is longer than 64 characters";
    case IdentityError::secret_bad_character:
      return "the device secret may have printable ASCII characters without spaces only";
  }
  return {};
}

}  // namespace fleetsim::device
