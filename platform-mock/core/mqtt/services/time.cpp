// /ext/ntp/…/request: the platform's time, told so that the device can subtract the way of its message.
#include "platform-mock/core/mqtt/services/service.hpp"

namespace fleetsim::platform::mqtt {

Answer tell_time(ServiceWorld& world, const Request& request) {
  if (request.message.device_send_time().empty()) return no_answer;
  std::string& payload = world.payload;
  payload.assign("{\"deviceSendTime\":").append(request.message.device_send_time());
  payload.append(",\"serverRecvTime\":\"");
  append_number(payload, request.unix_ms);
  payload.append("\",\"serverSendTime\":\"");
  append_number(payload, request.unix_ms);
  payload.append("\"}");
  world.topic.assign(request.topic.substr(0, request.topic.size() - request.tail.size())).append("response");
  world.lines.reply(request, world.topic, payload);
  return no_answer;
}

}  // namespace fleetsim::platform::mqtt
