// thing/log/post and thing/config/log/get: lines of the device's log, of which the latest are kept, and whether it shall send any.
#include <boost/json/array.hpp>

#include "platform-mock/core/mqtt/services/params_tree.hpp"
#include "platform-mock/core/mqtt/services/service.hpp"

namespace fleetsim::platform::mqtt {

namespace json = boost::json;

Answer post_logs(ServiceWorld& world, const Request& request) {
  const auto params = tree_of(request.message.params_text());
  if (!params || !params->is_array()) return refusal(alink_code::bad_params, "params is not an array");
  for (const json::value& line : params->get_array())
    if (!line.is_string()) return refusal(alink_code::bad_params, "a line is not a string");
  const things::ThingLimits& limits = world.config.limits;
  things::RecordRing& logs = world.things.data(request.device, request.place).details().logs;
  for (const json::value& line : params->get_array()) {
    const std::string_view text{line.get_string().data(), line.get_string().size()};
    if (!logs.add({}, text.substr(0, limits.record_bytes_per_device), request.unix_ms, limits))
      world.limits.reached(LimitKind::records_per_device);
  }
  return {};
}

Answer get_log_config(ServiceWorld&, const Request&) { return {.data = R"({"getType":"content","content":{"mode":1}})"}; }

}  // namespace fleetsim::platform::mqtt
