// Why a call of the management API is refused. Two kinds, as on the wire: the gateway refuses what is no proper, signed request with an
// HTTP status of its own; the business behind it refuses with HTTP 200 and "Success":false.
//
//   return fail(ApiError::gateway(404, "InvalidAccessKeyId.NotFound", "there is no such access key"));
//   return ApiError::business("iot.prod.NotExistedProduct", "there is no product \"a1\"");
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "platform-mock/core/platform_error.hpp"

namespace fleetsim::platform {

/// A parameter that is not of its form.
constexpr std::string_view wrong_format = "iot.check.InvalidFormattedParameter";

struct ApiError {
  std::uint16_t status = 200;  // 200: of the business
  std::string code;
  std::string message;
  std::optional<LimitKind> limit = {};  // that was reached

  bool of_gateway() const { return status != 200; }

  static ApiError gateway(std::uint16_t status, std::string_view code, std::string message) {
    return {.status = status, .code = std::string{code}, .message = std::move(message)};
  }
  static ApiError business(std::string_view code, std::string message) {
    return {.status = 200, .code = std::string{code}, .message = std::move(message)};
  }
  static ApiError of(PlatformError error) {
    return {.status = 200, .code = std::move(error.code), .message = std::move(error.message), .limit = error.limit};
  }
  /// The same, because a limit was reached.
  ApiError at(LimitKind reached) && {
    limit = reached;
    return std::move(*this);
  }
};

}  // namespace fleetsim::platform
