#include "devicecore/signing.hpp"

#include <array>
#include <chrono>

#include "devicecore/firmware_profile.hpp"
#include "devicecore/limits.hpp"

namespace fleetsim::device {
namespace {

constexpr std::size_t timestamp_bytes_max = 20;

// "clientId" + "deviceName" + "productKey" + "timestamp" and the longest value of each.
constexpr std::size_t signed_bytes_max =
    37 + limits::client_id_bytes_max + limits::device_name_bytes_max + limits::product_key_bytes_max + timestamp_bytes_max;

void put_client_id(const Identity& identity, char separator, TextWriter& text) {
  text.put(identity.product_key()).put(separator).put(identity.device_name());
}

std::uint32_t milliseconds_of(Duration duration) {
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

/// The part written since `from`.
std::string_view tail_of(const TextWriter& text, std::size_t from) { return text_of(text.bytes().subspan(from)); }

std::optional<Credentials> finish(const TextWriter& text, const Credentials& credentials, Workspace& workspace) {
  if (text.overflowed()) return std::nullopt;
  workspace.keep(text.size());
  return credentials;
}

std::optional<Credentials> sign(const DeviceConfig& config, const Identity& identity, Workspace& workspace, const LoginMoment& moment) {
  const LoginDialect& dialect = config.profile->login;
  const HmacMethod method = dialect.sign_method.value_or(config.sign_method);
  std::array<std::uint8_t, timestamp_bytes_max> clock{};
  TextWriter timestamp(clock);
  if (dialect.time == LoginTime::wall_clock) {
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(moment.now.time_since_epoch()).count();
    timestamp.put_number(static_cast<std::uint64_t>(config.unix_epoch_ms + since));
  } else {
    timestamp.put(signing_timestamp);
  }

  TextWriter text(workspace.scratch());
  Credentials result;
  put_client_id(identity, dialect.separator, text);
  const std::string_view client_id = text.text();
  text.put('|');
  dialect.put_extras(text, {config, sign_method_name(method), timestamp.text(), milliseconds_of(moment.link_took)});
  text.put('|');
  result.client_id = text.text();

  const std::size_t username_at = text.size();
  text.put(identity.device_name()).put('&').put(identity.product_key());
  result.username = tail_of(text, username_at);

  const std::size_t password_at = text.size();
  const SignedFields fields{client_id, identity.device_name(), identity.product_key(), timestamp.text()};
  if (!put_signature(config.hmac, method, identity.device_secret(), fields, text, dialect.hex)) return std::nullopt;
  result.password = tail_of(text, password_at);
  return finish(text, result, workspace);
}

/// A token is shown as it is: nothing is signed, and the client id is the one that came with it.
std::optional<Credentials> show_token(const DeviceConfig& config, const Identity& identity, Workspace& workspace) {
  const std::string_view of_profile = config.profile->login.version;
  TextWriter text(workspace.scratch());
  Credentials result;
  text.put(identity.token_client_id()).put("|authType=connwl,securemode=-2,_ss=1,ext=3,_v=");
  text.put(of_profile.empty() ? config.firmware_version : of_profile).put('|');
  result.client_id = text.text();
  const std::size_t username_at = text.size();
  text.put(identity.device_name()).put('&').put(identity.product_key());
  result.username = tail_of(text, username_at);
  const std::size_t password_at = text.size();
  text.put(identity.device_secret());
  result.password = tail_of(text, password_at);
  return finish(text, result, workspace);
}

}  // namespace

std::string_view sign_method_name(HmacMethod method) {
  switch (method) {
    case HmacMethod::md5:
      return "hmacmd5";
    case HmacMethod::sha1:
      return "hmacsha1";
    case HmacMethod::sha256:
      return "hmacsha256";
  }
  return {};
}

void put_reference_extras(TextWriter& text, const LoginExtras& extras) {
  text.put("timestamp=").put(extras.timestamp).put(",_ss=1,_v=").put(extras.config.firmware_version);
  text.put(",securemode=").put(extras.config.mqtt_tls ? '2' : '3').put(",signmethod=").put(extras.sign_method).put(",ext=3");
}

bool put_signature(const HmacPort& hmac, HmacMethod method, std::string_view secret, const SignedFields& fields, TextWriter& out,
                   HexCase letters) {
  if (hmac.compute == nullptr) return false;
  std::array<std::uint8_t, signed_bytes_max> storage{};
  TextWriter content(storage);
  // Sorted by name, nothing between them.
  if (!fields.client_id.empty()) content.put("clientId").put(fields.client_id);
  content.put("deviceName").put(fields.device_name).put("productKey").put(fields.product_key);
  if (!fields.timestamp.empty()) content.put("timestamp").put(fields.timestamp);
  if (content.overflowed()) return false;

  std::array<std::uint8_t, kHmacBytesMax> mac{};
  const std::size_t size = hmac.compute(hmac.context, method, bytes_of(secret), content.bytes(), mac);
  if (size != hmac_bytes(method)) return false;
  out.put_hex(ByteView(mac).first(size), letters);
  return !out.overflowed();
}

std::optional<Credentials> make_credentials(const DeviceConfig& config, const Identity& identity, Workspace& workspace,
                                            const LoginMoment& moment) {
  if (config.credentials == CredentialStyle::device_secret)
    return identity.has_token() ? show_token(config, identity, workspace) : sign(config, identity, workspace, moment);

  TextWriter text(workspace.scratch());
  put_client_id(identity, config.profile->login.separator, text);
  Credentials result;
  result.client_id = text.text();
  if (config.credentials == CredentialStyle::plain) {
    result.username = config.plain_username;
    result.password = config.plain_password;
  }
  return finish(text, result, workspace);
}

}  // namespace fleetsim::device
