// One request to a platform's management API, signed: the RPC form with everything in the form body, HMAC-SHA1 (version 1.0 of the
// signature), which every such platform takes. Pure: time and nonce come in.
//
//   const std::string body = signed_form("QueryDeviceDistributeJob", {{"JobId", "J1"}}, keys, {.timestamp = "2026-11-22T22:54:40Z", .nonce
//   = "…"}); POST / with content type application/x-www-form-urlencoded
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "devicecore/base/hmac_port.hpp"

namespace fleetsim::sim {

using ManagementParameters = std::map<std::string, std::string, std::less<>>;

struct AccessKey {
  std::string id;
  std::string secret;
};

/// What makes a signature good for one request only.
struct RequestStamp {
  std::string timestamp;  // ISO 8601, UTC, whole seconds: 2026-11-22T22:54:40Z
  std::string nonce;
};

/// The form body. `hmac` must know sha1.
std::string signed_form(std::string_view action, ManagementParameters parameters, const AccessKey& key, const RequestStamp& stamp,
                        const HmacPort& hmac);

/// RFC 3986: letters, digits and -_.~ stay.
std::string percent_encoded(std::string_view text);

/// POST-specific, so that a GET can be checked against the same vectors.
std::string management_signature(std::string_view method, const ManagementParameters& parameters, std::string_view secret,
                                 const HmacPort& hmac);

/// 2026-11-22T22:54:40Z from Unix seconds.
std::string iso_8601(std::int64_t unix_seconds);

}  // namespace fleetsim::sim
