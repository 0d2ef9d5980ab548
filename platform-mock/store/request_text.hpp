// What a job was asked to do, as JSON text.
//
//   std::string text = text_of(job.request);
//   std::optional<DistributeRequest> request = request_in(text);
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform-mock/core/distribution_job.hpp"

namespace fleetsim::platform {

/// Without device names and verification code, which a job does not keep.
std::string text_of(const DistributeRequest& request);
/// Nothing when it is no such text.
std::optional<DistributeRequest> request_in(std::string_view text);

}  // namespace fleetsim::platform
