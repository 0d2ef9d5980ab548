// What a CONNECT says about a device: the parameters packed into its client id, the names in its user name, and the signature
// that proves the device secret.
//
//   auto id = parse_client_id("dev|securemode=3,signmethod=hmacsha1|");
//   auto names = parse_username("lamp-1&a1TestPK001");
//   if (!signature_matches(hmac, *id, *names, secret, connect.password)) refuse();
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/hmac_port.hpp"
#include "devicecore/base/result.hpp"

namespace fleetsim::platform::mqtt {

inline constexpr std::size_t client_id_bytes_max = 64;
inline constexpr std::size_t timestamp_bytes_max = 32;
inline constexpr std::size_t signed_content_bytes_max = 512;

/// `id|key=value,key=value|`. Keys that mean nothing here are skipped: clients send diagnostics too.
struct ClientIdFields {
  std::string_view id;  // empty: the platform assigns one
  std::string_view secure_mode;
  std::string_view sign_method;               // empty: hmacmd5
  std::string_view auth_type{};               // empty: the device signs with its own secret
  std::string_view random{};                  // of a registration
  std::optional<std::string_view> timestamp;  // signed when it is sent
  bool auto_subscribe = false;                // _ss=1
  bool takes_rrpc = false;                    // bit 0 of ext
  bool wants_kick_notice = false;             // bit 1 of ext
};

/// The error is the rule that was broken; a literal.
Result<ClientIdFields, std::string_view> parse_client_id(std::string_view text);

struct DeviceNames {
  std::string_view product_key;
  std::string_view device_name;
};

/// `deviceName&productKey`; nothing when it is not two non-empty names.
std::optional<DeviceNames> parse_username(std::string_view text);

enum class SecureMode : std::uint8_t { tls, plain };
/// securemode=2 and securemode=3; nothing for the others, which are not served.
std::optional<SecureMode> parse_secure_mode(std::string_view text);

/// authType=register and authType=regnwl: the client asks for a secret or a token instead of logging in.
bool is_registration(std::string_view auth_type);
/// authType=connwl: the password is a token.
bool is_token_login(std::string_view auth_type);
inline constexpr std::string_view token_secure_mode = "-2";

/// Case does not matter. Nothing for a method that is not served.
std::optional<HmacMethod> parse_sign_method(std::string_view text);

/// Whether `hex` is the content's HMAC by `secret`. Compares in constant time; hex digits of either case.
bool is_signed(const HmacPort& hmac, HmacMethod method, std::string_view secret, ByteView content, ByteView hex);

/// is_signed() for what a device signs to log in.
bool signature_matches(const HmacPort& hmac, const ClientIdFields& client_id, const DeviceNames& names, std::string_view secret,
                       ByteView password);

}  // namespace fleetsim::platform::mqtt
