#include "sim/live/management_request.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/format.h>

#include "devicecore/base/bytes.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::string_view api_version = "2018-01-20";

bool stays_as_it_is(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
}

std::string base64(ByteView bytes) {  // RFC 4648 §4
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t here = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < here ? bytes[i + k] : 0U);
    for (std::size_t k = 0; k < 4; ++k) out.push_back(k <= here ? alphabet[group >> (18 - 6 * k) & 63U] : '=');
  }
  return out;
}

/// Both the canonical query of the signature and a form body: the names sorted by their bytes.
std::string encoded_pairs(const ManagementParameters& parameters) {
  std::string out;
  for (const auto& [name, value] : parameters) {
    if (!out.empty()) out.push_back('&');
    out.append(percent_encoded(name)).append("=").append(percent_encoded(value));
  }
  return out;
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (stays_as_it_is(c)) {
      out.push_back(c);
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string management_signature(std::string_view method, const ManagementParameters& parameters, std::string_view secret,
                                 const HmacPort& hmac) {
  const std::string content = fmt::format("{}&%2F&{}", method, percent_encoded(encoded_pairs(parameters)));
  const std::string key = std::string(secret) + "&";
  std::array<std::uint8_t, kHmacBytesMax> mac{};
  const std::size_t size = hmac.compute(hmac.context, HmacMethod::sha1, bytes_of(key), bytes_of(content), mac);
  return base64(ByteView(mac).first(size));
}

std::string signed_form(std::string_view action, ManagementParameters parameters, const AccessKey& key, const RequestStamp& stamp,
                        const HmacPort& hmac) {
  parameters.insert_or_assign("Action", std::string(action));
  parameters.insert_or_assign("Version", std::string(api_version));
  parameters.insert_or_assign("Format", "JSON");
  parameters.insert_or_assign("AccessKeyId", key.id);
  parameters.insert_or_assign("SignatureMethod", "HMAC-SHA1");
  parameters.insert_or_assign("SignatureVersion", "1.0");
  parameters.insert_or_assign("SignatureNonce", stamp.nonce);
  parameters.insert_or_assign("Timestamp", stamp.timestamp);
  std::string signature = management_signature("POST", parameters, key.secret, hmac);
  parameters.insert_or_assign("Signature", std::move(signature));
  return encoded_pairs(parameters);
}

std::string iso_8601(std::int64_t unix_seconds) {
  const std::chrono::sys_seconds at{std::chrono::seconds{unix_seconds}};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{at - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), time.hours().count(), time.minutes().count(), time.seconds().count());
}

}  // namespace fleetsim::sim
