// The thing model beside the property post: what the application asks, what the platform sets, and the devices behind a gateway.
#include "devicecore/agent.hpp"
#include "devicecore/alink_requests.hpp"
#include "devicecore/clock_sync.hpp"
#include "devicecore/firmware_profile.hpp"
#include "devicecore/report.hpp"
#include "devicecore/shadow.hpp"
#include "devicecore/text_writer.hpp"

namespace fleetsim::device {
namespace {

constexpr std::uint32_t code_ok = 200;

void reject(const StepContext& context, Token token, Failure why) {
  report(context, {.kind = EventKind::publish_rejected, .failure = why, .token = token});
}

}  // namespace

bool Agent::take_thing_command(const StepContext& context, const Input& input, AgentRequests& requests) {
  if (const auto* request = std::get_if<AlinkCommand>(&input)) {
    if (may_send(context, request->token)) send_request(context, *request, requests);
  } else if (const auto* shadow = std::get_if<ShadowCommand>(&input)) {
    if (may_send(context, shadow->token)) send_shadow(context, *shadow, requests);
  } else if (std::holds_alternative<ReadClock>(input)) {
    if (may_send(context, 0)) ask_for_the_time(context, requests);
  } else if (const auto* attached = std::get_if<AttachSubDevices>(&input)) {
    attach(context, *attached, requests);
  } else {
    return false;
  }
  return true;
}

std::string_view Agent::write_request_topic(Workspace& workspace, AlinkRequest what, std::string_view name) const {
  TextWriter text(workspace.scratch());
  put_request_topic(text, identity_, what, name);
  if (text.overflowed()) return {};
  workspace.keep(text.size());
  return text.text();
}

// QoS 0, as for properties: the reply is the acknowledgement.
void Agent::send_request(const StepContext& context, const AlinkCommand& command, AgentRequests& requests) {
  if (!is_request_name(command.what, command.name)) return reject(context, command.token, Failure::message_malformed);
  const std::uint32_t id = next_message_id();
  const std::size_t place = id % posts_.size();
  const std::string_view topic = write_request_topic(context.workspace, command.what, command.name);
  TextWriter text(context.workspace.scratch());
  put_request(text, command.what, command.name, id, command.params_json);
  if (!publish(context, topic, text, requests, agent_token_bit | post_token_bit | static_cast<Token>(place)))
    return reject(context, command.token, Failure::too_large);
  posts_[place] = {id, command.token | request_mark};
}

void Agent::send_shadow(const StepContext& context, const ShadowCommand& command, AgentRequests& requests) {
  const std::string_view topic = write_topic(context.workspace, AlinkTopic::shadow_update);
  TextWriter text(context.workspace.scratch());
  put_shadow_request(text, command.request);
  if (!publish(context, topic, text, requests, own_shadow_token)) return reject(context, command.token, Failure::too_large);
  shadow_token_ = command.token;
}

void Agent::ask_for_the_time(const StepContext& context, AgentRequests& requests) {
  const std::string_view topic = write_topic(context.workspace, AlinkTopic::clock_request);
  TextWriter text(context.workspace.scratch());
  put_clock_request(text, context.now);
  publish(context, topic, text, requests);
}

/// True when the message is one of the thing model's, and was read.
bool Agent::thing_message_arrived(const StepContext& context, AlinkTopic topic, ByteView payload, AgentRequests& requests) {
  switch (topic) {
    case AlinkTopic::upgrade_offer:
      return upgrade_offered(context, payload, requests);
    case AlinkTopic::upgrade_query_reply:
      return upgrade_offered(context, payload, requests) || reply_arrived(context, payload, requests);
    case AlinkTopic::property_post_reply:
    case AlinkTopic::reply:
      return reply_arrived(context, payload, requests);
    case AlinkTopic::property_set:
      return order_arrived(context, {EventKind::property_set, AlinkTopic::property_set_reply}, payload, requests);
    case AlinkTopic::config_push:
      return order_arrived(context, {EventKind::config_pushed, AlinkTopic::config_push_reply}, payload, requests);
    case AlinkTopic::shadow_get:
      return shadow_arrived(context, payload);
    case AlinkTopic::clock_response:
      return time_arrived(context, payload);
    case AlinkTopic::property_post:
    case AlinkTopic::property_set_reply:
    case AlinkTopic::notify:
    case AlinkTopic::notify_reply:
    case AlinkTopic::endpoint_push:
    case AlinkTopic::endpoint_push_reply:
    case AlinkTopic::config_push_reply:
    case AlinkTopic::version_inform:
    case AlinkTopic::upgrade_progress:
    case AlinkTopic::shadow_update:
    case AlinkTopic::clock_request:
    case AlinkTopic::other:
      break;
  }
  return false;
}

bool Agent::reply_arrived(const StepContext& context, ByteView payload, AgentRequests& requests) {
  const auto reply = parse_reply(payload);
  if (!reply || reply->id == 0) return false;
  if (gateway_.is_waiting_for(reply->id)) {
    report_sub_device(context, gateway_.answered(reply->id, reply->code));
    log_in_sub_devices(context, requests);
    return true;
  }
  Post& post = posts_[reply->id % posts_.size()];
  if (post.id != reply->id) return false;
  const bool is_request = (post.token & request_mark) != 0;
  const Token token = post.token & ~request_mark;
  if (is_request) {
    report(context, {.kind = EventKind::request_replied, .code = reply->code, .token = token, .bytes = bytes_of(reply->data)});
  } else {
    report(context, {.kind = EventKind::property_replied, .code = reply->code, .token = token});
  }
  post = Post{};
  return true;
}

/// The platform sets something and wants a reply; the application is told.
bool Agent::order_arrived(const StepContext& context, const Order& order, ByteView payload, AgentRequests& requests) {
  const auto message = parse_order(payload);
  if (!message || state_ != AgentState::online) return false;
  answer(context, {order.reply, message->verbatim_id, code_ok}, requests);
  report(context, {.kind = order.event, .text = message->id, .bytes = bytes_of(message->params)});
  return true;
}

bool Agent::shadow_arrived(const StepContext& context, ByteView payload) {
  const auto message = parse_shadow_message(payload);
  if (!message) return false;
  const bool is_reply = message->method == "reply";
  const Token token = is_reply ? shadow_token_ : 0;
  if (is_reply) shadow_token_ = 0;
  report(context, {.kind = EventKind::shadow_received,
                   .code = message->code,
                   .token = token,
                   .text = message->method,
                   .bytes = bytes_of(message->payload)});
  return true;
}

bool Agent::time_arrived(const StepContext& context, ByteView payload) {
  const auto reading = read_clock(payload, context.now);
  if (!reading) return false;
  TextWriter text(context.workspace.scratch());
  text.put_number(reading->unix_ms);
  if (text.overflowed()) return false;
  context.workspace.keep(text.size());
  report(context, {.kind = EventKind::clock_read, .delay = reading->one_way, .text = text.text()});
  return true;
}

void Agent::attach(const StepContext& context, const AttachSubDevices& command, AgentRequests& requests) {
  if (command.sub_devices.size() > context.config.profile->sub_devices_max) return reject(context, 0, Failure::too_large);
  gateway_.attach(command.sub_devices);
  log_in_sub_devices(context, requests);
}

void Agent::log_in_sub_devices(const StepContext& context, AgentRequests& requests) {
  if (state_ != AgentState::online || !gateway_.has_work()) return;
  const std::uint32_t id = next_message_id();
  gateway_.begin_request(context, id);
  std::array<std::uint8_t, sub_device_params_bytes_max> storage{};
  TextWriter params(storage);
  const bool is_signed = gateway_.put_params(context, params);
  const std::string_view topic = write_request_topic(context.workspace, gateway_.request(), {});
  TextWriter text(context.workspace.scratch());
  put_request(text, gateway_.request(), {}, id, params.text());
  // What cannot be sent is as good as unanswered: its deadline goes on to the next one.
  if (is_signed && !params.overflowed()) publish(context, topic, text, requests);
}

void Agent::report_sub_device(const StepContext& context, const SubDevice* done) {
  if (done == nullptr) return;
  const bool online = done->stage == SubDeviceStage::online;
  report(context, {.kind = online ? EventKind::sub_device_online : EventKind::sub_device_refused,
                   .failure = online || done->code != 0 ? Failure::none : Failure::timed_out,
                   .code = done->code,
                   .text = done->identity.device_name()});
}

}  // namespace fleetsim::device
