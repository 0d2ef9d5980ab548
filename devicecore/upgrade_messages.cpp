#include "devicecore/upgrade_messages.hpp"

#include "devicecore/ascii.hpp"
#include "devicecore/decimal.hpp"
#include "devicecore/json_reader.hpp"
#include "devicecore/limits.hpp"

namespace fleetsim::device {
namespace {

bool read_digest(std::string_view text, HashMethod method, MutableBytes out) {
  const std::size_t bytes = hash_bytes(method);
  if (text.size() != 2 * bytes) return false;
  for (std::size_t i = 0; i < bytes; ++i) {
    const auto high = hex_digit(text[2 * i]);
    const auto low = hex_digit(text[2 * i + 1]);
    if (!high || !low) return false;
    out[i] = static_cast<std::uint8_t>(*high << 4 | *low);
  }
  return true;
}

/// Either "sign" with "signMethod", or "md5".
bool read_check(const JsonReader& json, JsonValue data, UpgradeOffer& offer) {
  const JsonValue sign = json.find(data, "sign");
  const std::string_view method = json.text(json.find(data, "signMethod"));
  if (sign && equals_ignoring_case(method, "sha256")) {
    offer.method = HashMethod::sha256;
    return read_digest(json.text(sign), offer.method, offer.digest);
  }
  offer.method = HashMethod::md5;
  if (sign && equals_ignoring_case(method, "md5")) return read_digest(json.text(sign), offer.method, offer.digest);
  return read_digest(json.text(json.find(data, "md5")), offer.method, offer.digest);
}

/// The escapes that JSON writers put into URLs: \/ and &. Others have no place there.
std::optional<std::string_view> unescape(std::string_view text, MutableBytes out) {
  TextWriter writer(out);
  while (!text.empty()) {
    if (text.front() != '\\') {
      writer.put(text.front());
      text.remove_prefix(1);
    } else if (text.starts_with("\\/")) {
      writer.put('/');
      text.remove_prefix(2);
    } else if (text.starts_with("\\u0026")) {
      writer.put('&');
      text.remove_prefix(6);
    } else {
      return std::nullopt;
    }
  }
  if (writer.overflowed()) return std::nullopt;
  return writer.text();
}

bool is_for_the_whole_firmware(const JsonReader& json, JsonValue data) {
  const std::string_view module = json.text(json.find(data, "module"));
  const std::string_view part = json.text(json.find(data, "isDiff"));
  const JsonValue protocol = json.find(data, "dProtocol");
  return (module.empty() || module == "default") && (part.empty() || part == "0") && (!protocol || json.text(protocol) == "https");
}

}  // namespace

std::optional<UpgradeOffer> parse_upgrade_offer(ByteView payload, MutableBytes url_text) {
  JsonReader json;
  if (!json.parse(text_of(payload))) return std::nullopt;
  const std::string_view code = json.text(json.find(json.root(), "code"));
  const JsonValue data = json.find(json.root(), "data");
  UpgradeOffer offer;
  offer.version = json.text(json.find(data, "version"));
  if ((code != "1000" && code != "200") || offer.version.empty()) return std::nullopt;

  const auto size = parse_decimal(json.text(json.find(data, "size")), limits::image_bytes_max);
  const auto address = unescape(json.text(json.find(data, "url")), url_text);
  const bool usable = size && *size > 0 && address && parse_url(*address) && offer.version.size() <= limits::version_bytes_max &&
                      is_for_the_whole_firmware(json, data) && read_check(json, data, offer);
  if (!usable) {
    offer.failure = Failure::upgrade_unsupported;
    return offer;
  }
  offer.size = *size;
  offer.address = *address;
  return offer;
}

void put_version(TextWriter& text, std::uint32_t id, std::string_view version) {
  text.put(R"({"id":")").put_number(id).put(R"(","params":{"version":")").put(version).put(R"("}})");
}

void put_progress(TextWriter& text, std::uint32_t id, std::int8_t step) {
  std::string_view description;
  if (step == step_upgrade_failed) description = "cannot be taken";
  if (step == step_download_failed) description = "download failed";
  if (step == step_verify_failed) description = "digest does not match";
  if (step == step_flash_failed) description = "flash failed";
  text.put(R"({"id":")").put_number(id).put(R"(","params":{"step":")");
  if (step < 0) text.put('-');
  text.put_number(static_cast<std::uint32_t>(step < 0 ? -step : step));
  text.put(R"(","desc":")").put(description).put(R"(","module":"default"}})");
}

void put_image_request(TextWriter& text, const ImagePart& part) {
  text.put("GET ").put(part.path.empty() ? "/" : part.path).put(" HTTP/1.1\r\nHost: ");
  bool is_ipv6 = false;
  for (const char c : part.host) is_ipv6 = is_ipv6 || c == ':';
  if (is_ipv6) text.put('[');
  text.put(part.host);
  if (is_ipv6) text.put(']');
  if (part.port != (part.tls ? 443 : 80)) text.put(':').put_number(part.port);
  text.put("\r\nAccept: */*\r\nRange: bytes=").put_number(part.offset).put('-').put_number(part.offset + part.size - 1);
  text.put("\r\n\r\n");
}

}  // namespace fleetsim::device
