#include <algorithm>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/device_view.hpp"
#include "platform-mock/core/api/tag_list.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {

/// Devices that carry every tag that is named.
ActionResult query_device_by_tags(ActionCall& call) {
  const auto tags = tags_named(call);
  const Page page = call.in.page(small_page_size_max, page_size_default);
  const auto place = place_of(call);
  if (call.in.failed()) return call.in.error();
  if (!place) return place.error();
  const auto tagged = call.platform.things().devices_labelled([&](const things::DeviceLabels& labels) {
    return std::all_of(tags.begin(), tags.end(), [&](const things::Tag& tag) {
      const things::Tag* const known = labels.find_tag(tag.key);
      return known != nullptr && (tag.value.empty() || known->value == tag.value);
    });
  });
  write_simple_devices(call, residing_at(call, tagged, *place), page);
  return std::nullopt;
}

}  // namespace fleetsim::platform
