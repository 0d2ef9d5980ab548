// Tags that are named in a call: Tag.1.TagKey, Tag.1.TagValue, Tag.2.TagKey, …
//
//   const std::vector<things::Tag> tags = tags_named(call);      // none is a mistake
#pragma once

#include <string>
#include <vector>

#include "platform-mock/core/api/action.hpp"
#include "platform-mock/core/things/device_labels.hpp"

namespace fleetsim::platform {

inline constexpr std::size_t tags_named_max = 10;

/// A tag without a value stands for any value.
inline std::vector<things::Tag> tags_named(ActionCall& call) {
  std::vector<things::Tag> tags;
  for (const std::string_view key : call.in.list("Tag", "TagKey")) {
    const std::string at = "Tag." + std::to_string(tags.size() + 1);
    tags.push_back({std::string{key}, std::string{call.in.optional(at + ".TagValue")}});
    if (key.empty()) call.in.wrong(ApiError::business("iot.check.InvalidFormattedParameter", "\"" + at + ".TagKey\" is empty"));
  }
  if (tags.empty()) call.in.wrong(ApiError::gateway(400, "MissingParameter", "\"Tag.1.TagKey\" is missing"));
  if (tags.size() > tags_named_max)
    call.in.wrong(ApiError::business("iot.check.InvalidFormattedParameter", "at most 10 tags can be named"));
  return tags;
}

}  // namespace fleetsim::platform
