// thing/event/{event}/post: something happened at the device; the latest are kept.
#include <charconv>

#include "platform-mock/core/mqtt/services/service.hpp"

namespace fleetsim::platform::mqtt {
namespace {

constexpr std::string_view before_event = "thing/event/";
constexpr std::string_view behind_event = "/post";

}  // namespace

Answer post_event(ServiceWorld& world, const Request& request) {
  const std::string_view event = request.tail.substr(before_event.size(), request.tail.size() - before_event.size() - behind_event.size());
  std::string_view value;
  std::int64_t time_ms = request.unix_ms;
  for (std::size_t i = 0; i < request.message.member_count(); ++i) {
    const AlinkMessage::Member member = request.message.member(i);
    if (member.name == "value") value = member.whole;
    if (member.name == "time") std::from_chars(member.whole.data(), member.whole.data() + member.whole.size(), time_ms);
  }
  if (value.empty()) value = request.message.params_text();
  if (event.size() + value.size() > world.config.limits.record_bytes_per_device)
    return refusal(alink_code::bad_params, "the event is too large", LimitKind::records_per_device);
  if (!world.things.data(request.device, request.place).details().events.add(event, value, time_ms, world.config.limits))
    world.limits.reached(LimitKind::records_per_device);
  return {};
}

}  // namespace fleetsim::platform::mqtt
