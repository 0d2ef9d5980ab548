#include "devicecore/bootstrap_messages.hpp"

#include <array>
#include <optional>

#include "devicecore/ascii.hpp"
#include "devicecore/decimal.hpp"
#include "devicecore/json_reader.hpp"
#include "devicecore/limits.hpp"

namespace fleetsim::device {
namespace {

constexpr std::string_view request_head =
    "Accept: text/xml,text/javascript,text/html,application/json\r\n"
    "Content-Type: application/x-www-form-urlencoded;charset=utf-8\r\n";

// Names of the fields and "resources=mqtt", then the product key twice and the device name twice, at worst all percent-encoded.
constexpr std::size_t form_bytes_max = 64 + 6 * (limits::product_key_bytes_max + limits::device_name_bytes_max);

/// application/x-www-form-urlencoded: device names may have '@' and ':'.
void put_encoded(TextWriter& form, std::string_view value) {
  for (const char c : value) {
    if (is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '*') {
      form.put(c);
    } else {
      const auto byte = static_cast<std::uint8_t>(c);
      form.put('%').put_hex(ByteView(&byte, 1));
    }
  }
}

bool contains(std::string_view text, char wanted) {
  for (const char c : text)
    if (c == wanted) return true;
  return false;
}

bool is_ipv6_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
}

}  // namespace

bool is_valid_host(std::string_view host) {
  if (host.empty() || host.size() > limits::host_bytes_max) return false;
  std::size_t colons = 0;
  for (const char c : host)
    if (c == ':') ++colons;
  // One colon would be "host:port", which is no host.
  if (colons == 1) return false;
  for (const char c : host) {
    const bool allowed = colons > 0 ? is_ipv6_character(c) : is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
    if (!allowed) return false;
  }
  return host.front() != '.' && host.front() != '-';
}

void put_encoded_names(TextWriter& form, const Identity& identity) {
  form.put("productKey=");
  put_encoded(form, identity.product_key());
  form.put("&deviceName=");
  put_encoded(form, identity.device_name());
}

void put_encoded_form(TextWriter& form, const Identity& identity) {
  put_encoded_names(form, identity);
  form.put("&clientId=");
  put_encoded(form, identity.product_key());
  form.put('.');
  put_encoded(form, identity.device_name());
  form.put("&resources=mqtt");
}

std::size_t put_bootstrap_request(TextWriter& text, const Identity& identity, std::string_view host, BootstrapForm put_form) {
  std::array<std::uint8_t, form_bytes_max> storage{};
  TextWriter form(storage);
  put_form(form, identity);
  return put_form_request(text, "/auth/bootstrap", host, form.text());
}

std::size_t put_form_request(TextWriter& text, std::string_view path, std::string_view host, std::string_view form) {
  text.put("POST ").put(path).put(" HTTP/1.1\r\nHost: ");
  if (contains(host, ':')) {
    text.put('[').put(host).put(']');
  } else {
    text.put(host);
  }
  text.put("\r\n").put(request_head).put("Content-Length: ").put_number(static_cast<std::uint32_t>(form.size()));
  text.put("\r\n\r\n");
  const std::size_t head = text.size();
  text.put(form);
  return head;
}

Failure read_endpoint(std::string_view host, std::string_view port, Endpoint& endpoint) {
  const auto number = parse_decimal(port, 65535);
  if (!is_valid_host(host) || !number || *number == 0) return Failure::endpoint_invalid;
  endpoint.host.assign(host);
  endpoint.port = static_cast<std::uint16_t>(*number);
  return Failure::none;
}

Failure read_endpoint(const JsonReader& json, JsonValue mqtt, Endpoint& endpoint) {
  const JsonValue host = json.find(mqtt, "host");
  const JsonValue port = json.find(mqtt, "port");
  if (!host || !port) return Failure::endpoint_missing;
  const JsonKind kind = json.kind(port);
  if (json.kind(host) != JsonKind::string || (kind != JsonKind::string && kind != JsonKind::primitive)) return Failure::endpoint_invalid;
  return read_endpoint(json.text(host), json.text(port), endpoint);
}

BootstrapAnswer parse_bootstrap_answer(ByteView body) {
  JsonReader json;
  BootstrapAnswer answer;
  const auto fail = [&answer](Failure why) {
    answer.failure = why;
    return answer;
  };
  if (!json.parse(text_of(body))) return fail(Failure::json_malformed);
  const auto code = parse_signed_decimal(json.text(json.find(json.root(), "code")));
  if (!code) return fail(Failure::json_malformed);
  answer.code = *code;
  if (*code != 200) return fail(Failure::service_error);

  const JsonValue mqtt = json.find(json.find(json.find(json.root(), "data"), "resources"), "mqtt");
  answer.failure = read_endpoint(json, mqtt, answer.endpoint);
  return answer;
}

}  // namespace fleetsim::device
