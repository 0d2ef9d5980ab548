// Dynamic registration: how a device that has its product's secret asks for its own. Over HTTPS it is a form and an answer; over MQTT it is
// a CONNECT, whose session brings one message and serves for nothing else. Both are signed with the product's secret. A platform that does
// not know the device yet gives it a token over MQTT, which stands in place of the secret from then on.
//
//   put_registration_request(text, identity, {config, random});       // POST /auth/register/device
//   auto credentials = make_registration_credentials(config, identity, workspace, random);   // authType=register or regnwl
//   SecretAnswer answer = parse_registration_answer(body);            // or parse_registration_message(payload),
//   parse_token_message(payload)
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "devicecore/base/bounded_string.hpp"
#include "devicecore/base/bytes.hpp"
#include "devicecore/device_config.hpp"
#include "devicecore/device_event.hpp"
#include "devicecore/identity.hpp"
#include "devicecore/limits.hpp"
#include "devicecore/signing.hpp"
#include "devicecore/text_writer.hpp"

namespace fleetsim::device {

/// Where the session of a registration brings the secret, or the token.
constexpr std::string_view registration_topic(Registration way) { return way == Registration::mqtt_nwl ? "/ext/regnwl" : "/ext/register"; }

/// False when signing failed; the text may be full besides.
bool put_registration_request(TextWriter& text, const Identity& identity, const DeviceConfig& config, std::uint32_t random);

/// Nothing when signing failed or the scratch is full.
std::optional<Credentials> make_registration_credentials(const DeviceConfig& config, const Identity& identity, Workspace& workspace,
                                                         std::uint32_t random);

struct SecretAnswer {
  Failure failure = Failure::none;
  std::int32_t code = 0;                                    // the body's own, when it could be read
  BoundedString<limits::device_secret_bytes_max> secret{};  // or the token
  BoundedString<limits::client_id_bytes_max> client_id{};   // of a token; else empty
};

/// Wants "code" 200 and data.deviceSecret.
SecretAnswer parse_registration_answer(ByteView body);
/// Wants deviceSecret, and the device's own names.
SecretAnswer parse_registration_message(ByteView payload, const Identity& identity);
/// Wants clientId and deviceToken, and the device's own names.
SecretAnswer parse_token_message(ByteView payload, const Identity& identity);

/// Where the form goes: the registration's own endpoint, or else the bootstrap's.
inline std::string_view registration_host(const DeviceConfig& config) {
  return config.registration_host.empty() ? config.bootstrap_host : config.registration_host;
}
inline std::uint16_t registration_port(const DeviceConfig& config) {
  return config.registration_host.empty() ? config.bootstrap_port : config.registration_port;
}

}  // namespace fleetsim::device
