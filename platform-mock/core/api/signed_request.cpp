#include "platform-mock/core/api/signed_request.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "platform-mock/core/api/text_coding.hpp"
#include "platform-mock/core/word_list.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::string_view acs3_name = "ACS3-HMAC-SHA256";
constexpr std::string_view form_type = "application/x-www-form-urlencoded";
constexpr std::string_view signature_name = "Signature";
/// What must be under the signature of an ACS3 request, beside every other x-acs-* header that it has.
constexpr std::array<std::string_view, 6> signed_headers_needed = {"host",       "x-acs-action",          "x-acs-content-sha256",
                                                                   "x-acs-date", "x-acs-signature-nonce", "x-acs-version"};

ApiError missing(std::string_view what) { return ApiError::gateway(400, "MissingParameter", "\"" + std::string{what} + "\" is missing"); }

ApiError incomplete(std::string what) { return ApiError::gateway(400, "IncompleteSignature", std::move(what)); }

/// "Credential" of `Credential=a,SignedHeaders=b;c,Signature=d`; spaces behind the commas are welcome.
std::string_view authorization_field(std::string_view fields, std::string_view name) {
  while (!fields.empty()) {
    const std::size_t end = fields.find(',');
    std::string_view field = fields.substr(0, end);
    fields = end == std::string_view::npos ? std::string_view{} : fields.substr(end + 1);
    while (field.starts_with(' ')) field.remove_prefix(1);
    if (field.size() > name.size() && field.starts_with(name) && field[name.size()] == '=') return field.substr(name.size() + 1);
  }
  return {};
}

std::optional<ApiError> check_signed_headers(const HttpRequest& request, std::string_view listed) {
  for (const std::string_view needed : signed_headers_needed) {
    if (request.header(needed).empty()) return missing(needed);
    if (!lists(listed, ';', needed)) return incomplete("header \"" + std::string{needed} + "\" is not signed");
  }
  for (const HttpHeader& header : request.headers) {
    const bool matters = header.name.starts_with("x-acs-") || header.name == "content-type";
    if (matters && !lists(listed, ';', header.name)) return incomplete("header \"" + std::string{header.name} + "\" is not signed");
  }
  return std::nullopt;
}

Result<SignedRequest, ApiError> finish(SignedRequest read, std::string_view version, std::string_view timestamp) {
  if (read.nonce.size() > nonce_bytes_max) return fail(ApiError::gateway(400, "InvalidParameter", "the nonce is longer than 128 bytes"));
  if (version != api_version) return fail(ApiError::gateway(400, "InvalidVersion", "this version is not served; 2018-01-20 is"));
  const auto at = read_timestamp(timestamp);
  if (!at) return fail(ApiError::gateway(400, "InvalidTimeStamp.Format", "the time must look like 2026-11-22T22:54:40Z"));
  read.unix_seconds = *at;
  return read;
}

Result<SignedRequest, ApiError> read_acs3(const HttpRequest& request, std::string_view authorization) {
  const std::string_view fields = authorization.substr(std::min(authorization.size(), acs3_name.size() + 1));
  SignedRequest read;
  read.form = SignatureForm::acs3_hmac_sha256;
  read.access_key_id = authorization_field(fields, "Credential");
  read.signed_headers = authorization_field(fields, "SignedHeaders");
  read.signature = authorization_field(fields, signature_name);
  if (read.access_key_id.empty() || read.signed_headers.empty() || read.signature.empty())
    return fail(incomplete("Authorization needs Credential, SignedHeaders and Signature"));
  if (auto error = check_signed_headers(request, read.signed_headers)) return fail(std::move(*error));
  read.action = request.header("x-acs-action");
  read.nonce = request.header("x-acs-signature-nonce");
  return finish(read, request.header("x-acs-version"), request.header("x-acs-date"));
}

Result<SignedRequest, ApiError> read_rpc(const Parameters& parameters) {
  for (const std::string_view needed :
       {"Action", "Version", "AccessKeyId", "Timestamp", "SignatureNonce", "SignatureMethod", "SignatureVersion", "Signature"})
    if (parameters.get(needed).empty()) return fail(missing(needed));
  if (parameters.get("SignatureMethod") != "HMAC-SHA1")
    return fail(ApiError::gateway(400, "InvalidParameter", "SignatureMethod must be HMAC-SHA1, or the request signed by ACS3-HMAC-SHA256"));
  if (parameters.get("SignatureVersion") != "1.0") return fail(ApiError::gateway(400, "InvalidParameter", "SignatureVersion must be 1.0"));
  SignedRequest read;
  read.form = SignatureForm::rpc_hmac_sha1;
  read.action = parameters.get("Action");
  read.access_key_id = parameters.get("AccessKeyId");
  read.signature = parameters.get(signature_name);
  read.nonce = parameters.get("SignatureNonce");
  return finish(read, parameters.get("Version"), parameters.get("Timestamp"));
}

enum class Which : std::uint8_t { all, query_only };

/// name=value&… of the parameters in the order of their names, both encoded.
std::string canonical(const Parameters& parameters, Which which) {
  std::string out;
  for (const Parameter& one : parameters.all()) {
    if (which == Which::query_only && !one.in_query) continue;
    if (which == Which::all && one.name == signature_name) continue;
    if (!out.empty()) out.push_back('&');
    append_percent_encoded(out, one.name);
    out.push_back('=');
    append_percent_encoded(out, one.value);
  }
  return out;
}

std::string_view method_name(HttpMethod method) { return method == HttpMethod::get ? "GET" : "POST"; }

std::optional<std::string> sha256_hex(ByteView bytes, const DigestPort& digest) {
  std::array<std::uint8_t, digest_bytes_max> out{};
  if (digest.compute == nullptr || digest.compute(digest.context, DigestMethod::sha256, bytes, out) != 32) return std::nullopt;
  return hex_of(out);
}

std::optional<std::string> acs3_signature(const SignedRequest& read, const HttpRequest& request, const Parameters& parameters,
                                          std::string_view secret, const ApiCrypto& crypto) {
  const auto body = sha256_hex(bytes_of(request.body), crypto.digest);
  // The signature is over the header that tells the body's digest: it must be that of the body that came.
  if (!body || !equal_in_constant_time(*body, request.header("x-acs-content-sha256"))) return std::nullopt;
  std::string text{method_name(request.method)};
  text.append("\n").append(request.path()).append("\n").append(canonical(parameters, Which::query_only)).append("\n");
  std::string_view list = read.signed_headers;
  while (!list.empty()) {
    const std::size_t end = list.find(';');
    const std::string_view name = list.substr(0, end);
    text.append(name).append(":").append(request.header(name)).append("\n");
    list = end == std::string_view::npos ? std::string_view{} : list.substr(end + 1);
  }
  text.append("\n").append(read.signed_headers).append("\n").append(*body);
  const auto digest = sha256_hex(bytes_of(text), crypto.digest);
  if (!digest) return std::nullopt;
  const std::string to_sign = std::string{acs3_name} + "\n" + *digest;
  std::array<std::uint8_t, kHmacBytesMax> mac{};
  const std::size_t size = crypto.hmac.compute(crypto.hmac.context, HmacMethod::sha256, bytes_of(secret), bytes_of(to_sign), mac);
  if (size == 0) return std::nullopt;
  return hex_of(ByteView{mac}.first(size));
}

std::optional<std::string> rpc_signature(const HttpRequest& request, const Parameters& parameters, std::string_view secret,
                                         const ApiCrypto& crypto) {
  std::string to_sign{method_name(request.method)};
  to_sign.append("&%2F&");
  append_percent_encoded(to_sign, canonical(parameters, Which::all));
  const std::string key = std::string{secret} + "&";
  std::array<std::uint8_t, kHmacBytesMax> mac{};
  const std::size_t size = crypto.hmac.compute(crypto.hmac.context, HmacMethod::sha1, bytes_of(key), bytes_of(to_sign), mac);
  if (size == 0) return std::nullopt;
  return base64_of(ByteView{mac}.first(size));
}

}  // namespace

std::string_view form_of(const HttpRequest& request) {
  return request.header("content-type").starts_with(form_type) ? request.body : std::string_view{};
}

Result<SignedRequest, ApiError> read_signed_request(const HttpRequest& request, const Parameters& parameters) {
  const std::string_view authorization = request.header("authorization");
  if (authorization.starts_with(acs3_name)) return read_acs3(request, authorization);
  if (!authorization.empty()) return fail(incomplete("Authorization must be ACS3-HMAC-SHA256; RPC requests are signed by a parameter"));
  return read_rpc(parameters);
}

std::optional<std::string> expected_signature(const SignedRequest& signed_request, const HttpRequest& request, const Parameters& parameters,
                                              std::string_view secret, const ApiCrypto& crypto) {
  if (crypto.hmac.compute == nullptr) return std::nullopt;
  switch (signed_request.form) {
    case SignatureForm::acs3_hmac_sha256:
      return acs3_signature(signed_request, request, parameters, secret, crypto);
    case SignatureForm::rpc_hmac_sha1:
      return rpc_signature(request, parameters, secret, crypto);
  }
  return std::nullopt;
}

std::optional<std::int64_t> read_timestamp(std::string_view text) {
  constexpr std::string_view pattern = "dddd-dd-ddTdd:dd:ddZ";
  if (text.size() != pattern.size()) return std::nullopt;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool fits = pattern[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == pattern[i];
    if (!fits) return std::nullopt;
  }
  const auto number = [text](std::size_t at, std::size_t digits) {
    int value = 0;
    std::from_chars(text.data() + at, text.data() + at + digits, value);
    return value;
  };
  const std::chrono::year_month_day date{std::chrono::year{number(0, 4)}, std::chrono::month{static_cast<unsigned>(number(5, 2))},
                                         std::chrono::day{static_cast<unsigned>(number(8, 2))}};
  const int hour = number(11, 2);
  const int minute = number(14, 2);
  const int second = number(17, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const auto days = std::chrono::sys_days{date}.time_since_epoch().count();
  return ((std::int64_t{days} * 24 + hour) * 60 + minute) * 60 + second;
}

}  // namespace fleetsim::platform
