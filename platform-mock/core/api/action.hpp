// What an action of the management API gets to work with: who calls, the parameters, the answer to write, and the platform.
//
//   ActionResult query_product(ActionCall& call) {
//     const auto product = product_in_sight(call);
//     if (!product) return product.error();
//     call.out.object("Data").member("ProductKey", key_of(call, *product)).end();
//     return std::nullopt;                       // done; the envelope is written around it
//   }
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "devicecore/base/result.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/api/api_error.hpp"
#include "platform-mock/core/api/api_state.hpp"
#include "platform-mock/core/api/json_writer.hpp"
#include "platform-mock/core/api/parameter_reader.hpp"
#include "platform-mock/core/files/file_server.hpp"
#include "platform-mock/core/platform.hpp"

namespace fleetsim::platform {

/// What an action keeps that answers later: Platform::answer_api_call() takes it.
struct LaterAnswer {
  Platform* platform = nullptr;
  ConnectionId connection;
  std::uint64_t ticket = 0;
};

struct ActionCall {
  const PlatformConfig& config;
  Platform& platform;
  ApiState& state;
  FileServer& files;
  ParameterReader& in;
  JsonWriter& out;       // inside the answer's object
  AccountIndex account;  // whose key has signed
  RegionIndex region;    // whose endpoint was asked
  ConnectionId connection;
  Instant now{};
  std::int64_t unix_epoch_ms = 0;
  Output& output;
  std::optional<Instant> later_until;  // set by promise()
  DigestPort digest{};

  Registry& registry() const { return platform.registry(); }
  std::int64_t unix_ms(Instant at) const;
  /// Hex digits in lower case; empty when the platform was given no digest.
  std::string digest_of(DigestMethod method, std::string_view content) const;
  /// The answer comes later, within `timeout`: what the action writes now is thrown away.
  LaterAnswer promise(Duration timeout);
};

/// Nothing: done. Else why not, and then nothing was changed.
using ActionResult = std::optional<ApiError>;
using ActionHandler = ActionResult (*)(ActionCall& call);

/// The place that the call speaks of: the instance IotInstanceId, or else the public instance of RegionId or of the endpoint.
Result<Place, ApiError> place_of(ActionCall& call);

struct ProductInSight {
  ProductIndex index;
  Place place;  // where it is seen
};
/// The product of ProductKey where the call speaks of. Notes a missing parameter.
Result<ProductInSight, ApiError> product_in_sight(ActionCall& call);

/// A device of that product which resides there.
Result<DeviceIndex, ApiError> device_of(const ActionCall& call, const ProductInSight& product, std::string_view name);
/// The device of IotId, or of ProductKey and DeviceName, where the call speaks of.
Result<DeviceIndex, ApiError> device_in_sight(ActionCall& call);

// Values as answers show them.
std::string_view key_of(const ActionCall& call, ProductIndex product);
/// "ONLINE", "OFFLINE", "UNACTIVE", "DISABLE".
std::string_view status_of(const ActionCall& call, DeviceIndex device);
/// "Thu, 17-Oct-2019 06:55:07 GMT"
std::string gmt_text(std::int64_t unix_ms);
/// "2019-10-17T06:55:07.000Z"
std::string utc_text(std::int64_t unix_ms);

}  // namespace fleetsim::platform
