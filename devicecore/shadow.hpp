// The device shadow: JSON without ids. A device gets, updates or deletes it; the platform replies, or says on its own that the desired
// state has changed ("control").
//
//   put_shadow_request(text, {ShadowMethod::update, R"({"reported":{"t":1}})", 3});
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "devicecore/text_writer.hpp"

namespace fleetsim::device {

enum class ShadowMethod : std::uint8_t { get, update, erase };

struct ShadowRequest {
  ShadowMethod method = ShadowMethod::get;
  std::string_view state_json{};  // of update and erase
  std::uint32_t version = 0;      // likewise: one more than the last one known
};
void put_shadow_request(TextWriter& text, const ShadowRequest& request);

struct ShadowMessage {
  std::string_view method;   // reply or control
  std::string_view payload;  // the JSON object, as it came
  std::int32_t code = 0;     // of a reply: 200, or its error code (0 when it has none that can be read)
};
/// Nothing when it is no JSON, has no method, or no payload object.
std::optional<ShadowMessage> parse_shadow_message(ByteView payload);

}  // namespace fleetsim::device
