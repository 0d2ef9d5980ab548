// thing/event/property/post: the latest values of properties. The message that devices send most: one pass, no tree, no allocation once
// the properties are known.
#include "platform-mock/core/mqtt/services/service.hpp"
#include "platform-mock/core/things/thing_limits.hpp"

namespace fleetsim::platform::mqtt {
namespace {

/// Whether all of them can be kept, so that a refused message changes nothing.
bool has_room(const things::PropertyTable& known, const AlinkMessage& message, const things::ThingLimits& limits) {
  if (known.all().size() + message.member_count() <= limits.properties_per_device &&
      known.bytes() + message.params_text().size() <= limits.property_bytes_per_device)
    return true;
  std::size_t added = 0;
  std::size_t added_bytes = 0;
  for (std::size_t i = 0; i < message.member_count(); ++i) {
    const AlinkMessage::Member member = message.member(i);
    const things::Property* property = known.find(member.name);
    added_bytes += member.value.size();
    if (property != nullptr) continue;
    ++added;
    added_bytes += member.name.size();
  }
  return known.all().size() + added <= limits.properties_per_device && known.bytes() + added_bytes <= limits.property_bytes_per_device;
}

}  // namespace

Answer post_properties(ServiceWorld& world, const Request& request) {
  const AlinkMessage& message = request.message;
  const Limits& limits = world.config.limits;
  if (message.params_count() > limits.properties_per_post)
    return refusal(alink_code::too_many_properties, "more properties than one post may have", LimitKind::properties_per_post);
  for (std::size_t i = 0; i < message.member_count(); ++i)
    if (message.member(i).name.size() > things::property_name_bytes_max)
      return refusal(alink_code::bad_params, "a property's name is too long");
  things::PropertyTable& properties = world.things.data(request.device, request.place).properties;
  if (!has_room(properties, message, limits))
    return refusal(alink_code::too_many_properties, "the device has too many properties", LimitKind::properties_per_device);
  for (std::size_t i = 0; i < message.member_count(); ++i) {
    const AlinkMessage::Member member = message.member(i);
    properties.set(member.name, member.value, member.time_ms != 0 ? member.time_ms : request.unix_ms, limits);
  }
  return {};
}

}  // namespace fleetsim::platform::mqtt
