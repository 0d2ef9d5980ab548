#include "devicecore/signing.hpp"

#include <array>

#include "devicecore/limits.hpp"

namespace fleetsim::device {
namespace {

// "clientId" + "deviceName" + "productKey" + "timestamp" and the longest value of each.
constexpr std::size_t signed_bytes_max =
    37 + limits::client_id_bytes_max + limits::device_name_bytes_max + limits::product_key_bytes_max + 20;

void put_client_id(const Identity& identity, TextWriter& text) { text.put(identity.product_key()).put('.').put(identity.device_name()); }

/// The part written since `from`.
std::string_view tail_of(const TextWriter& text, std::size_t from) { return text_of(text.bytes().subspan(from)); }

std::optional<Credentials> finish(const TextWriter& text, const Credentials& credentials, Workspace& workspace) {
  if (text.overflowed()) return std::nullopt;
  workspace.keep(text.size());
  return credentials;
}

std::optional<Credentials> sign(const DeviceConfig& config, const Identity& identity, Workspace& workspace) {
  TextWriter text(workspace.scratch());
  Credentials result;
  put_client_id(identity, text);
  const std::string_view client_id = text.text();
  text.put("|timestamp=").put(signing_timestamp).put(",_ss=1,_v=").put(config.firmware_version);
  text.put(",securemode=").put(config.mqtt_tls ? '2' : '3');
  text.put(",signmethod=").put(sign_method_name(config.sign_method)).put(",ext=3|");
  result.client_id = text.text();

  const std::size_t username_at = text.size();
  text.put(identity.device_name()).put('&').put(identity.product_key());
  result.username = tail_of(text, username_at);

  const std::size_t password_at = text.size();
  const SignedFields fields{client_id, identity.device_name(), identity.product_key(), signing_timestamp};
  if (!put_signature(config.hmac, config.sign_method, identity.device_secret(), fields, text)) return std::nullopt;
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

bool put_signature(const HmacPort& hmac, HmacMethod method, std::string_view secret, const SignedFields& fields, TextWriter& out) {
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
  out.put_hex(ByteView(mac).first(size));
  return !out.overflowed();
}

std::optional<Credentials> make_credentials(const DeviceConfig& config, const Identity& identity, Workspace& workspace) {
  if (config.credentials == CredentialStyle::device_secret) return sign(config, identity, workspace);

  TextWriter text(workspace.scratch());
  put_client_id(identity, text);
  Credentials result;
  result.client_id = text.text();
  if (config.credentials == CredentialStyle::plain) {
    result.username = config.plain_username;
    result.password = config.plain_password;
  }
  return finish(text, result, workspace);
}

}  // namespace fleetsim::device
