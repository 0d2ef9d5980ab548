// How a device proves who it is in MQTT CONNECT: client id with extras, username, and an HMAC over the names and values, in
// upper-case hex, as password.
//
//   auto credentials = make_credentials(config, identity, workspace);   // text lives in the workspace until the step ends
//   if (!credentials) return give_up(Failure::signing_failed);
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "devicecore/base/hmac_port.hpp"
#include "devicecore/device_config.hpp"
#include "devicecore/identity.hpp"
#include "devicecore/text_writer.hpp"
#include "devicecore/workspace.hpp"

namespace fleetsim::device {

/// A device without a clock signs a moment that never comes (2050-01-01), as the platform's own SDKs do.
inline constexpr std::string_view signing_timestamp = "2524608000000";

/// What is signed. An empty client id or timestamp was not sent and is then not signed either.
struct SignedFields {
  std::string_view client_id;
  std::string_view device_name;
  std::string_view product_key;
  std::string_view timestamp;
};

/// Appends the signature in hex to `out`; false when the HMAC port failed or there was no room.
bool put_signature(const HmacPort& hmac, HmacMethod method, std::string_view secret, const SignedFields& fields, TextWriter& out,
                   HexCase letters = HexCase::upper);

/// The word of the `signmethod` extra.
std::string_view sign_method_name(HmacMethod method);

/// What the extras of a client id are made of: "k=v,k=v" between the bars.
struct LoginExtras {
  const DeviceConfig& config;
  std::string_view sign_method;
  std::string_view timestamp;
  std::uint32_t connect_ms = 0;  // how long the link took to come up
};
void put_reference_extras(TextWriter& text, const LoginExtras& extras);

enum class LoginTime : std::uint8_t { constant, wall_clock };

/// How a firmware presents itself in CONNECT, as data of its profile.
struct LoginDialect {
  void (*put_extras)(TextWriter& text, const LoginExtras& extras) = &put_reference_extras;
  std::optional<HmacMethod> sign_method{};  // nothing: DeviceConfig's
  HexCase hex = HexCase::upper;             // of the password
  LoginTime time = LoginTime::constant;
  char separator = '.';        // between product key and device name in the client id
  std::string_view version{};  // of its SDK, told as _v with a token; empty: DeviceConfig's firmware_version
};

/// When it happens.
struct LoginMoment {
  Instant now{};  // by its time of day
  Duration link_took{0};
};

struct Credentials {
  std::string_view client_id;
  std::string_view username;  // empty: none
  std::string_view password;  // empty: none
};

/// Writes into the workspace's scratch. Nothing when signing failed or the scratch is full.
std::optional<Credentials> make_credentials(const DeviceConfig& config, const Identity& identity, Workspace& workspace,
                                            const LoginMoment& moment = {});

}  // namespace fleetsim::device
