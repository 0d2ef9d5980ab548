// Every device-facing service behind one door: finds the one whose topic it is, reads the message, answers.
//
//   Services services(parts);
//   if (services.serve({device, sender, sender_at, names, place, topic, payload}, turn, unix_ms)) return;   // it was a service's topic
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "platform-mock/core/mqtt/services/service.hpp"

namespace fleetsim::platform::mqtt {

class Services {
 public:
  /// A post may have so many properties, and whatever else a message has is far less.
  explicit Services(const ServiceWorld& world) : world_(world), message_(std::max(256U, world.config.limits.properties_per_post)) {}

  struct Incoming {
    DeviceIndex device;
    DeviceIndex sender;
    InstanceIndex sender_at;
    DeviceNames names;
    Place place;
    std::string_view topic;
    ByteView payload;
  };
  /// False: no service has that topic.
  bool serve(const Incoming& incoming, const Turn& turn, std::int64_t unix_ms);
  /// The code of a notify_reply; nothing when the payload is no JSON object with a number `code`.
  std::optional<std::int32_t> reply_code(ByteView payload);

  /// On `{topic}_reply`: a refusal that the broker itself has for a message.
  void refuse(const Incoming& incoming, const Answer& answer, const Turn& turn);
  ServiceWorld& world() { return world_; }

 private:
  void reply(const Request& request, const Answer& answer);

  ServiceWorld world_;
  AlinkMessage message_;
};

}  // namespace fleetsim::platform::mqtt
