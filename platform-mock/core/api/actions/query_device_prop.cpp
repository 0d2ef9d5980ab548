#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {

/// The tags as one JSON object in a text, as they were saved.
ActionResult query_device_prop(ActionCall& call) {
  const auto device = device_in_sight(call);
  if (!device) return device.error();
  JsonWriter props;
  props.begin();
  if (const things::DeviceLabels* labels = call.platform.things().find_labels(*device))
    for (const things::Tag& tag : labels->tags()) props.member(tag.key, tag.value);
  call.out.member("Props", props.finish());
  return std::nullopt;
}

}  // namespace fleetsim::platform
