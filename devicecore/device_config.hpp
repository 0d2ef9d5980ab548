// What a firmware image has burned in or compiled in, shared by every device of a fleet group. Immutable; outlives its devices.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "devicecore/base/hash_port.hpp"
#include "devicecore/base/hmac_port.hpp"
#include "devicecore/base/time.hpp"

namespace fleetsim::device {

struct FirmwareProfile;  // devicecore/firmware_profile.hpp

enum class CredentialStyle : std::uint8_t {
  device_secret,  // the platform's: clientId extras, HMAC password
  plain,          // username and password as given (an ordinary broker)
  anonymous,      // client id only
};

/// How a device comes to the secret that it signs with.
enum class Registration : std::uint8_t {
  none,      // burned in
  http,      // asked for over HTTPS with the product's secret, and kept
  mqtt,      // likewise over MQTT and TLS
  mqtt_nwl,  // likewise, of a platform that does not know the device yet: it gives a token in place of a secret (authType=regnwl)
};

enum class StartFrom : std::uint8_t {
  bootstrap,       // stored endpoint, else ask the global endpoint
  fixed_endpoint,  // always the endpoint given below; never bootstraps
};

/// Fully jittered, capped exponential back-off: delay in [floor, min(cap, floor * 2^attempt)].
struct BackoffConfig {
  Duration floor = std::chrono::seconds{1};
  Duration cap = std::chrono::seconds{120};
  Duration stable_online = std::chrono::seconds{60};  // online this long resets the attempts
};

struct DeviceConfig {
  const FirmwareProfile* profile = nullptr;  // never null in a running device
  HmacPort hmac{};
  HashPort hash{};  // without one the device takes no upgrades, and tells no version

  StartFrom start_from = StartFrom::bootstrap;
  std::string_view bootstrap_host = "iot-auth-global.aliyuncs.com";
  std::uint16_t bootstrap_port = 443;
  bool bootstrap_tls = true;
  std::string_view fixed_host{};
  std::uint16_t fixed_port = 0;
  bool mqtt_tls = true;

  CredentialStyle credentials = CredentialStyle::device_secret;
  HmacMethod sign_method = HmacMethod::sha256;
  Registration registration = Registration::none;
  std::string_view product_secret{};     // of a registration; never log it
  std::string_view registration_host{};  // HTTPS or MQTT, as the registration; empty: where the bootstrap is, or where it leads to
  std::uint16_t registration_port = 0;
  std::string_view plain_username{};
  std::string_view plain_password{};
  std::string_view firmware_version = "fleetsim-1.0.0";  // sent as _v
  std::int64_t unix_epoch_ms = 0;  // Unix time at Instant zero, for firmware that signs with a clock; StepContext says how wrong that is
  bool clean_session = true;
  bool subscribe_notify = false;  // platforms without auto-subscription (_ss=1) need it

  std::uint16_t keep_alive_s = 300;
  Duration connect_timeout = std::chrono::seconds{10};    // open link -> CONNACK
  Duration bootstrap_timeout = std::chrono::seconds{10};  // open link -> whole answer
  Duration response_timeout = std::chrono::seconds{10};   // PINGRESP, SUBACK
  Duration publish_retry = std::chrono::seconds{10};      // PUBACK missing on a live link: send again, DUP set
  BackoffConfig backoff{};
  std::uint8_t endpoint_failures_max = 3;  // a stored endpoint that fails this often in a row gives way to bootstrap
};

}  // namespace fleetsim::device
