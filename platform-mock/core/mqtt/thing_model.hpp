// What the platform answers to the thing-model requests of a device: property and event posts, device labels, desired properties,
// and the time service. Pure: topic and payload in, topic and payload out.
//
//   ThingModel model;
//   if (auto reply = model.answer(names, topic, payload, unix_ms)) deliver(reply->topic, reply->payload);
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "platform-mock/core/mqtt/alink_message.hpp"
#include "platform-mock/core/mqtt/connect_auth.hpp"

namespace fleetsim::platform::mqtt {

inline constexpr std::size_t properties_per_post_max = 200;

class ThingModel {
 public:
  /// Views into this object, valid until the next call.
  struct Reply {
    std::string_view topic;
    std::string_view payload;
  };

  /// Nothing: not a request that is answered, or the device asked for no reply.
  std::optional<Reply> answer(const DeviceNames& names, std::string_view topic, ByteView payload, std::int64_t unix_ms);

  /// The code of a notify_reply; nothing when the payload is no JSON object with a number `code`.
  std::optional<std::int32_t> reply_code(ByteView payload);

 private:
  std::optional<Reply> answer_system(std::string_view topic, std::string_view tail, ByteView payload);
  std::optional<Reply> answer_ntp(std::string_view topic, ByteView payload, std::int64_t unix_ms);
  void write_reply(std::int32_t code, std::string_view data, std::string_view message, std::string_view tail);

  AlinkMessage message_;
  std::string topic_;
  std::string payload_;
};

}  // namespace fleetsim::platform::mqtt
