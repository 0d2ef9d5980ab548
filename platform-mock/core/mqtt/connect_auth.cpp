#include "platform-mock/core/mqtt/connect_auth.hpp"

#include <array>
#include <cstring>
#include <span>

#include "platform-mock/core/digits.hpp"

namespace fleetsim::platform::mqtt {
namespace {

bool bit_is_set(std::string_view decimal, unsigned bit) {
  unsigned value = 0;
  for (const char digit : decimal) {
    if (digit < '0' || digit > '9' || value > 0xffffU) return false;
    value = value * 10 + static_cast<unsigned>(digit - '0');
  }
  return ((value >> bit) & 1U) != 0;
}

bool equals_ignoring_case(std::string_view a, std::string_view lower) {
  if (a.size() != lower.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const char c = a[i] >= 'A' && a[i] <= 'Z' ? static_cast<char>(a[i] - 'A' + 'a') : a[i];
    if (c != lower[i]) return false;
  }
  return true;
}

void take_parameter(ClientIdFields& fields, std::string_view key, std::string_view value) {
  if (key == "securemode") fields.secure_mode = value;
  if (key == "signmethod") fields.sign_method = value;
  if (key == "authType") fields.auth_type = value;
  if (key == "random") fields.random = value;
  if (key == "timestamp") fields.timestamp = value;
  if (key == "_ss") fields.auto_subscribe = value == "1";
  if (key == "ext") {
    fields.takes_rrpc = bit_is_set(value, 0);
    fields.wants_kick_notice = bit_is_set(value, 1);
  }
}

/// Text of bounded length on the stack: the content that is signed.
class Content {
 public:
  void add(std::string_view text) {
    if (text.size() > bytes_.size() - used_) {
      fits_ = false;
      return;
    }
    if (!text.empty()) std::memcpy(bytes_.data() + used_, text.data(), text.size());
    used_ += text.size();
  }
  bool fits() const { return fits_; }
  ByteView bytes() const { return bytes_of(std::string_view(bytes_.data(), used_)); }

 private:
  std::array<char, signed_content_bytes_max> bytes_{};
  std::size_t used_ = 0;
  bool fits_ = true;
};

enum class ClientIdPart : std::uint8_t { with, without };

Content content_of(const ClientIdFields& client_id, const DeviceNames& names, ClientIdPart part) {
  Content content;
  if (part == ClientIdPart::with) {
    content.add("clientId");
    content.add(client_id.id);
  }
  content.add("deviceName");
  content.add(names.device_name);
  content.add("productKey");
  content.add(names.product_key);
  if (client_id.timestamp) {
    content.add("timestamp");
    content.add(*client_id.timestamp);
  }
  return content;
}

/// Looks at every digit whatever the first ones are, so that the time taken tells nothing of the digest.
bool hex_equals(ByteView hex, ByteView digest) {
  if (hex.size() != 2 * digest.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const int high = hex_value(static_cast<char>(hex[2 * i]));
    const int low = hex_value(static_cast<char>(hex[2 * i + 1]));
    // What is no digit is -1: every bit of it differs.
    difference |= (static_cast<unsigned>(high) << 4 | static_cast<unsigned>(low)) ^ digest[i];
  }
  return difference == 0;
}

bool content_is_signed(const HmacPort& hmac, HmacMethod method, const Content& content, std::string_view secret, ByteView password) {
  return content.fits() && is_signed(hmac, method, secret, content.bytes(), password);
}

}  // namespace

Result<ClientIdFields, std::string_view> parse_client_id(std::string_view text) {
  const std::size_t bar = text.find('|');
  if (bar == std::string_view::npos) return fail(std::string_view("client id has no |parameters|"));
  if (text.back() != '|' || bar + 1 == text.size()) return fail(std::string_view("client id does not end with |"));
  ClientIdFields fields;
  fields.id = text.substr(0, bar);
  if (fields.id.size() > client_id_bytes_max) return fail(std::string_view("client id is longer than 64 bytes"));
  std::string_view rest = text.substr(bar + 1, text.size() - bar - 2);
  if (rest.find('|') != std::string_view::npos) return fail(std::string_view("client id has more than two |"));
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    const std::string_view pair = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || equals == 0) return fail(std::string_view("client id parameter is not key=value"));
    take_parameter(fields, pair.substr(0, equals), pair.substr(equals + 1));
  }
  if (fields.timestamp && fields.timestamp->size() > timestamp_bytes_max)
    return fail(std::string_view("client id timestamp is longer than 32 bytes"));
  return fields;
}

std::optional<DeviceNames> parse_username(std::string_view text) {
  const std::size_t ampersand = text.find('&');
  if (ampersand == std::string_view::npos) return std::nullopt;
  const DeviceNames names{.product_key = text.substr(ampersand + 1), .device_name = text.substr(0, ampersand)};
  if (names.product_key.empty() || names.device_name.empty()) return std::nullopt;
  if (names.product_key.find('&') != std::string_view::npos) return std::nullopt;
  return names;
}

std::optional<SecureMode> parse_secure_mode(std::string_view text) {
  if (text == "2") return SecureMode::tls;
  if (text == "3") return SecureMode::plain;
  return std::nullopt;
}

bool is_registration(std::string_view auth_type) { return auth_type == "register" || auth_type == "regnwl"; }
bool is_token_login(std::string_view auth_type) { return auth_type == "connwl"; }

std::optional<HmacMethod> parse_sign_method(std::string_view text) {
  if (text.empty() || equals_ignoring_case(text, "hmacmd5")) return HmacMethod::md5;
  if (equals_ignoring_case(text, "hmacsha1")) return HmacMethod::sha1;
  if (equals_ignoring_case(text, "hmacsha256")) return HmacMethod::sha256;
  return std::nullopt;
}

bool is_signed(const HmacPort& hmac, HmacMethod method, std::string_view secret, ByteView content, ByteView hex) {
  if (hmac.compute == nullptr) return false;
  std::array<std::uint8_t, kHmacBytesMax> digest{};
  const std::size_t length = hmac.compute(hmac.context, method, bytes_of(secret), content, digest);
  if (length != hmac_bytes(method)) return false;
  return hex_equals(hex, std::span(digest).first(length));
}

bool signature_matches(const HmacPort& hmac, const ClientIdFields& client_id, const DeviceNames& names, std::string_view secret,
                       ByteView password) {
  const auto method = parse_sign_method(client_id.sign_method);
  if (!method) return false;
  if (content_is_signed(hmac, *method, content_of(client_id, names, ClientIdPart::with), secret, password)) return true;
  // A device that leaves its id to the platform may sign the empty id, or leave it out of the content.
  if (!client_id.id.empty()) return false;
  return content_is_signed(hmac, *method, content_of(client_id, names, ClientIdPart::without), secret, password);
}

}  // namespace fleetsim::platform::mqtt
