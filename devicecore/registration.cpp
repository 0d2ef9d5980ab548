#include "devicecore/registration.hpp"

#include <array>
#include <cstddef>

#include "devicecore/bootstrap_messages.hpp"
#include "devicecore/decimal.hpp"
#include "devicecore/json_reader.hpp"
#include "devicecore/workspace.hpp"

namespace fleetsim::device {
namespace {

constexpr std::size_t random_bytes = 8;  // the word in hex digits
constexpr std::size_t signature_bytes_max = 2 * kHmacBytesMax;
// The names of the form's fields, the method, product key and device name at worst percent-encoded.
constexpr std::size_t form_bytes_max =
    80 + 3 * (limits::product_key_bytes_max + limits::device_name_bytes_max) + random_bytes + signature_bytes_max;

void put_random(TextWriter& text, std::uint32_t random) {
  std::array<std::uint8_t, 4> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(random >> (24 - 8 * i));
  text.put_hex(bytes);
}

bool put_product_signature(TextWriter& text, const Identity& identity, const DeviceConfig& config, std::uint32_t random) {
  if (config.hmac.compute == nullptr) return false;
  std::array<std::uint8_t, 32 + limits::device_name_bytes_max + limits::product_key_bytes_max + random_bytes> storage{};
  TextWriter content(storage);
  content.put("deviceName").put(identity.device_name()).put("productKey").put(identity.product_key()).put("random");
  put_random(content, random);
  if (content.overflowed()) return false;
  std::array<std::uint8_t, kHmacBytesMax> mac{};
  const std::size_t size =
      config.hmac.compute(config.hmac.context, config.sign_method, bytes_of(config.product_secret), content.bytes(), mac);
  if (size != hmac_bytes(config.sign_method)) return false;
  text.put_hex(ByteView(mac).first(size));
  return !text.overflowed();
}

template <std::size_t N>
bool take_text(const JsonReader& json, JsonValue holder, std::string_view name, BoundedString<N>& out) {
  const JsonValue value = json.find(holder, name);
  return json.kind(value) == JsonKind::string && !json.text(value).empty() && out.assign(json.text(value));
}

SecretAnswer take_secret(const JsonReader& json, JsonValue holder, SecretAnswer answer) {
  if (!take_text(json, holder, "deviceSecret", answer.secret)) answer.failure = Failure::secret_invalid;
  return answer;
}

/// What a registration's session brings must name the device itself.
Failure read_message(JsonReader& json, ByteView payload, const Identity& identity) {
  if (!json.parse(text_of(payload))) return Failure::json_malformed;
  const bool mine = json.text(json.find(json.root(), "productKey")) == identity.product_key() &&
                    json.text(json.find(json.root(), "deviceName")) == identity.device_name();
  return mine ? Failure::none : Failure::secret_invalid;
}

}  // namespace

bool put_registration_request(TextWriter& text, const Identity& identity, const DeviceConfig& config, std::uint32_t random) {
  std::array<std::uint8_t, form_bytes_max> storage{};
  TextWriter form(storage);
  put_encoded_names(form, identity);
  form.put("&random=");
  put_random(form, random);
  form.put("&signMethod=").put(sign_method_name(config.sign_method)).put("&sign=");
  if (!put_product_signature(form, identity, config, random) || form.overflowed()) return false;
  put_form_request(text, "/auth/register/device", registration_host(config), form.text());
  return true;
}

std::optional<Credentials> make_registration_credentials(const DeviceConfig& config, const Identity& identity, Workspace& workspace,
                                                         std::uint32_t random) {
  TextWriter text(workspace.scratch());
  Credentials result;
  // The device name stands first here, unlike in a login.
  text.put(identity.device_name()).put('.').put(identity.product_key()).put("|random=");
  put_random(text, random);
  text.put(",authType=").put(config.registration == Registration::mqtt_nwl ? "regnwl" : "register");
  text.put(",securemode=2,signmethod=").put(sign_method_name(config.sign_method)).put('|');
  const std::size_t client_id_bytes = text.size();
  text.put(identity.device_name()).put('&').put(identity.product_key());
  const std::size_t username_end = text.size();
  if (!put_product_signature(text, identity, config, random) || text.overflowed()) return std::nullopt;
  const std::string_view all = text.text();
  // Not substr(), which throws.
  result.client_id = {all.data(), client_id_bytes};
  result.username = {all.data() + client_id_bytes, username_end - client_id_bytes};
  result.password = {all.data() + username_end, all.size() - username_end};
  workspace.keep(text.size());
  return result;
}

SecretAnswer parse_registration_answer(ByteView body) {
  JsonReader json;
  SecretAnswer answer;
  const auto code = json.parse(text_of(body)) ? parse_signed_decimal(json.text(json.find(json.root(), "code"))) : std::nullopt;
  if (!code) {
    answer.failure = Failure::json_malformed;
    return answer;
  }
  answer.code = *code;
  if (*code != 200) {
    answer.failure = Failure::service_error;
    return answer;
  }
  return take_secret(json, json.find(json.root(), "data"), answer);
}

SecretAnswer parse_registration_message(ByteView payload, const Identity& identity) {
  JsonReader json;
  SecretAnswer answer;
  answer.failure = read_message(json, payload, identity);
  return answer.failure == Failure::none ? take_secret(json, json.root(), answer) : answer;
}

SecretAnswer parse_token_message(ByteView payload, const Identity& identity) {
  JsonReader json;
  SecretAnswer answer;
  answer.failure = read_message(json, payload, identity);
  if (answer.failure != Failure::none) return answer;
  const bool usable =
      take_text(json, json.root(), "clientId", answer.client_id) && take_text(json, json.root(), "deviceToken", answer.secret);
  if (!usable) answer.failure = Failure::secret_invalid;
  return answer;
}

}  // namespace fleetsim::device
