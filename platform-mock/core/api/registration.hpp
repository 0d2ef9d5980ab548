// Registers devices, one or many, each with a secret of its own: what RegisterDevice and the batch actions share.
//
//   const auto device = register_one(call, product, name, nickname);
#pragma once

#include <cstddef>
#include <string_view>

#include "platform-mock/core/api/action.hpp"

namespace fleetsim::platform {

/// Why a name cannot be registered; nothing when it can.
std::optional<ApiError> problem_with_name(const ActionCall& call, ProductIndex product, std::string_view name);
/// Why a batch of so many is too large; nothing when it is not.
std::optional<ApiError> problem_with_batch(const ActionCall& call, std::size_t devices);
/// Why so many more devices are too many; nothing when they are not.
std::optional<ApiError> problem_with_count(const ActionCall& call, ProductIndex product, std::size_t more);
/// Precondition: neither of the problems above.
DeviceIndex register_one(ActionCall& call, ProductIndex product, std::string_view name, std::string_view nickname);
/// A name that is free.
std::string free_device_name(ActionCall& call, ProductIndex product);

}  // namespace fleetsim::platform
