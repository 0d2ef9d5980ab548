// What a request to the management API says of itself, in any of the three forms that SDKs sign:
//   - ACS3-HMAC-SHA256: the action, the time and the nonce in x-acs-* headers, the signature in Authorization;
//   - RPC with HMAC-SHA1: all of them parameters, in the query or in the form body, the method and where they stand part of no
//     difference but the method's name in the signed text.
//
//   auto signed_request = read_signed_request(request, parameters);
//   if (!signed_request) return refuse(signed_request.error());
//   auto wanted = expected_signature(*signed_request, request, parameters, secret, crypto);
//   if (!wanted || !equal_in_constant_time(*wanted, signed_request->signature)) ...
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "devicecore/base/hmac_port.hpp"
#include "devicecore/base/result.hpp"
#include "platform-mock/core/api/api_error.hpp"
#include "platform-mock/core/api/parameters.hpp"
#include "platform-mock/core/http/http_message.hpp"
#include "platform-mock/core/ports.hpp"

namespace fleetsim::platform {

inline constexpr std::string_view api_version = "2018-01-20";
/// No SDK's is longer; it is remembered for a while.
inline constexpr std::size_t nonce_bytes_max = 128;

enum class SignatureForm : std::uint8_t { acs3_hmac_sha256, rpc_hmac_sha1 };

/// Views into the request and its parameters.
struct SignedRequest {
  SignatureForm form = SignatureForm::rpc_hmac_sha1;
  std::string_view action;
  std::string_view access_key_id;
  std::string_view signature;       // as it came: hexadecimal or base64
  std::string_view signed_headers;  // ACS3: "host;x-acs-action;…"
  std::string_view nonce;
  std::int64_t unix_seconds = 0;  // when it was signed, says the caller
};

/// The form body's fields when the request has one; empty for a body of another kind.
std::string_view form_of(const HttpRequest& request);

/// Everything but the signature itself is checked: what is missing, what is malformed, the version. `parameters`: of the same request.
Result<SignedRequest, ApiError> read_signed_request(const HttpRequest& request, const Parameters& parameters);

struct ApiCrypto {
  HmacPort hmac;
  DigestPort digest;
};

/// Nothing when the host offers no such cryptography.
std::optional<std::string> expected_signature(const SignedRequest& signed_request, const HttpRequest& request, const Parameters& parameters,
                                              std::string_view secret, const ApiCrypto& crypto);

/// "2026-11-22T22:54:40Z" in Unix seconds; nothing for any other form.
std::optional<std::int64_t> read_timestamp(std::string_view text);

}  // namespace fleetsim::platform
