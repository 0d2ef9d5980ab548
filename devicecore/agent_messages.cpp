// What a device says and hears while it is online: the application's commands, property posts, and the platform's notify.
#include <algorithm>
#include <array>

#include "devicecore/agent.hpp"
#include "devicecore/alink.hpp"
#include "devicecore/firmware_profile.hpp"
#include "devicecore/report.hpp"
#include "devicecore/text_writer.hpp"

namespace fleetsim::device {
namespace {

constexpr std::uint32_t code_ok = 200;
constexpr std::uint32_t code_bad_parameters = 460;  // the thing model's code for a request whose parameters make no sense

bool is_post_token(Token token) { return (token & agent_token_bit) != 0 && (token & post_token_bit) != 0; }

// Both reach a device by themselves where the platform subscribes for it (_ss=1); elsewhere it must ask.
constexpr std::array<AlinkTopic, 2> notify_filters = {AlinkTopic::notify, AlinkTopic::property_post_reply};

}  // namespace

/// Empty when the scratch is full.
std::string_view Agent::write_topic(Workspace& workspace, AlinkTopic kind) const {
  TextWriter text(workspace.scratch());
  put_topic(text, identity_, kind);
  if (text.overflowed()) return {};
  workspace.keep(text.size());
  return text.text();
}

/// `text` stands at the front of the scratch. QoS 0; false when there was no room for topic or text.
bool Agent::publish(const StepContext& context, std::string_view topic, const TextWriter& text, AgentRequests& requests, Token token) {
  if (topic.empty() || text.overflowed()) return false;
  context.workspace.keep(text.size());
  return requests.push(MqttPublish{topic, text.bytes(), Qos::at_most_once, token});
}

std::uint32_t Agent::next_message_id() {
  if (++last_message_id_ == 0) ++last_message_id_;
  return last_message_id_;
}

bool Agent::take_command(const StepContext& context, const Input& input, AgentRequests& requests) {
  if (const auto* publish = std::get_if<PublishCommand>(&input)) {
    if (may_send(context, publish->token)) requests.push(MqttPublish{publish->topic, publish->payload, publish->qos, publish->token});
  } else if (const auto* post = std::get_if<PostProperty>(&input)) {
    if (may_send(context, post->token)) post_property(context, *post, requests);
  } else if (const auto* subscribe = std::get_if<SubscribeCommand>(&input)) {
    if (may_send(context, subscribe->token)) requests.push(MqttSubscribe{subscribe->filter, subscribe->qos, subscribe->token});
  } else if (const auto* unsubscribe = std::get_if<UnsubscribeCommand>(&input)) {
    if (may_send(context, unsubscribe->token)) requests.push(MqttUnsubscribe{unsubscribe->filter, unsubscribe->token});
  } else {
    return take_thing_command(context, input, requests);
  }
  return true;
}

bool Agent::may_send(const StepContext& context, Token token) const {
  const bool foreign_token = (token & agent_token_bit) == 0;
  if (state_ == AgentState::online && foreign_token) return true;
  report(context,
         {.kind = EventKind::publish_rejected, .failure = foreign_token ? Failure::not_online : Failure::too_large, .token = token});
  return false;
}

// QoS 0: the platform's reply is the acknowledgement.
void Agent::post_property(const StepContext& context, const PostProperty& command, AgentRequests& requests) {
  const std::uint32_t id = next_message_id();
  const std::size_t place = id % posts_.size();
  const std::string_view topic = write_topic(context.workspace, AlinkTopic::property_post);
  TextWriter text(context.workspace.scratch());
  put_property_post(text, id, command.params_json);
  if (!publish(context, topic, text, requests, agent_token_bit | post_token_bit | static_cast<Token>(place)))
    return report(context, {.kind = EventKind::publish_rejected, .failure = Failure::too_large, .token = command.token});
  posts_[place] = {id, command.token};
}

void Agent::request_sent(const StepContext& context, const MqttPublish& publish) {
  const Token token = publish.token;
  if ((token & agent_token_bit) == 0) {
    report(context, {.kind = EventKind::published, .token = token});
  } else if (is_post_token(token)) {
    const Post& post = posts_[(token & ~(agent_token_bit | post_token_bit)) % posts_.size()];
    if ((post.token & request_mark) == 0) report(context, {.kind = EventKind::property_posted, .token = post.token});
  } else if (token == own_notify_reply_token) {
    report(context, {.kind = EventKind::notify_reply_sent, .text = read_message_id(publish.payload)});
  }
}

void Agent::request_rejected(const StepContext& context, Token token, Failure why) {
  if ((token & agent_token_bit) == 0) {
    report(context, {.kind = EventKind::publish_rejected, .failure = why, .token = token});
  } else if (is_post_token(token)) {
    Post& post = posts_[(token & ~(agent_token_bit | post_token_bit)) % posts_.size()];
    report(context, {.kind = EventKind::publish_rejected, .failure = why, .token = post.token & ~request_mark});
    post = Post{};
  } else if (token == own_shadow_token) {
    report(context, {.kind = EventKind::publish_rejected, .failure = why, .token = shadow_token_});
    shadow_token_ = 0;
  } else if (is_own_filter(token)) {
    own_filter_rejected(context, token & ~own_subscribe_token, why);
  }
}

std::size_t Agent::own_filters(const StepContext& context) {
  const std::size_t of_notify = context.config.subscribe_notify ? notify_filters.size() : 0;
  return of_notify + context.config.profile->session.subscriptions.size();
}

/// Those for the notify first: without them the device would never hear that it must move. Empty when the scratch is full.
std::string_view Agent::write_own_filter(const StepContext& context, std::size_t number) const {
  const std::size_t of_notify = context.config.subscribe_notify ? notify_filters.size() : 0;
  if (number < of_notify) return write_topic(context.workspace, notify_filters[number]);
  TextWriter text(context.workspace.scratch());
  put_filter(text, identity_, context.config.profile->session.subscriptions[number - of_notify]);
  if (text.overflowed()) return {};
  context.workspace.keep(text.size());
  return text.text();
}

// The engine takes only so many at a time, so each SUBACK makes room for the next.
void Agent::subscribe_more(const StepContext& context, AgentRequests& requests) {
  if (state_ != AgentState::online || next_subscription_ >= own_filters(context)) return;
  const std::string_view filter = write_own_filter(context, next_subscription_);
  if (filter.empty()) return;
  requests.push(MqttSubscribe{filter, Qos::at_least_once, own_subscribe_token | next_subscription_});
  ++next_subscription_;
}

void Agent::own_filter_answered(const StepContext& context, const MqttSubscribed& answer, AgentRequests& requests) {
  constexpr std::uint8_t refused = 0x80;
  if (answer.granted == refused && state_ == AgentState::online) {
    const std::string_view filter = write_own_filter(context, answer.token & ~own_subscribe_token);
    report(context, {.kind = EventKind::subscribed, .code = answer.granted, .text = filter});
  }
  subscribe_more(context, requests);
}

/// What found no room is asked for again with the next SUBACK.
void Agent::own_filter_rejected(const StepContext& context, std::size_t number, Failure why) {
  if (why == Failure::no_room) {
    next_subscription_ = std::min(next_subscription_, static_cast<std::uint8_t>(number));
  } else if (why != Failure::not_online) {
    report(context, {.kind = EventKind::publish_rejected, .failure = why, .text = write_own_filter(context, number)});
  }
}

void Agent::message_arrived(const StepContext& context, const MqttMessage& message, AgentRequests& requests) {
  if (registers()) return registration_arrived(context, message, requests);
  const AlinkTopic topic = classify_topic(message.topic, identity_);
  const FirmwareProfile& profile = *context.config.profile;
  if (topic == AlinkTopic::notify && profile.can_bootstrap) return notify_arrived(context, message.payload, requests);
  if (topic == AlinkTopic::endpoint_push && profile.notify.obeys_endpoint_push && !is_fixed(context))
    return endpoint_push_arrived(context, message.payload, requests);
  if (thing_message_arrived(context, topic, message.payload, requests)) return;
  report(context, {.kind = EventKind::message_received, .text = message.topic, .bytes = message.payload});
}

void Agent::notify_arrived(const StepContext& context, ByteView payload, AgentRequests& requests) {
  const NotifyDialect& dialect = context.config.profile->notify;
  const auto notify = dialect.read(payload);
  if (!notify) {
    return report(context, {.kind = EventKind::notify_ignored, .failure = Failure::message_malformed, .text = read_message_id(payload)});
  }
  // Told twice while it is on its way already, or at an endpoint that it was told never to leave: nothing to do.
  if (state_ != AgentState::online || is_fixed(context))
    return report(context, {.kind = EventKind::notify_ignored, .code = notify->command, .text = notify->id});
  const bool understood = notify->command == 0;
  const EventKind kind = understood ? EventKind::notified : EventKind::notify_ignored;
  const Failure failure = understood ? Failure::none : Failure::unknown_command;
  report(context, {.kind = kind, .failure = failure, .code = notify->command, .text = notify->id});
  if (dialect.reply != NotifyReply::none) {
    const bool accepted = understood || dialect.reply == NotifyReply::every_command;
    // Without room for the reply the move goes on all the same: the platform sees it by the connect at the new place.
    const Token token = understood ? own_notify_reply_token : own_publish_token;
    answer(context, {AlinkTopic::notify_reply, notify->verbatim_id, accepted ? code_ok : code_bad_parameters, token}, requests);
  }
  if (!understood) return;
  if (upgrade_.busy() && !context.config.profile->upgrade.survives_move) return power_off(context, requests);
  obey_notify(context, requests);
}

void Agent::obey_notify(const StepContext& context, AgentRequests& requests) {
  const AfterNotify then = context.config.profile->notify.then;
  requests.push(MqttDisconnect{});
  switch (then) {
    case AfterNotify::move:
      return move(context, Next::bootstrap_at_once, Next::bootstrap_after_wait);
    case AfterNotify::forget_and_move:
      forget_endpoint(context);
      return move(context, Next::bootstrap_at_once, Next::bootstrap_after_wait);
    case AfterNotify::forget_and_reboot:
      forget_endpoint(context);
      return leave(context, Next::reboot);
  }
}

// The record goes to flash while the link closes; both are awaited before the device connects to the place that it was told.
void Agent::endpoint_push_arrived(const StepContext& context, ByteView payload, AgentRequests& requests) {
  const auto push = parse_endpoint_push(payload);
  if (!push) return report(context, {.kind = EventKind::notify_ignored, .failure = Failure::message_malformed});
  if (state_ != AgentState::online) return report(context, {.kind = EventKind::notify_ignored, .text = push->id});
  const bool usable = push->failure == Failure::none;
  answer(context, {AlinkTopic::endpoint_push_reply, push->verbatim_id, usable ? code_ok : code_bad_parameters}, requests);
  if (!usable) return report(context, {.kind = EventKind::notify_ignored, .failure = push->failure, .text = push->id});
  keep(context, push->endpoint);
  report(context, {.kind = EventKind::redirected, .port = push->endpoint.port, .host = store_.current().host.view(), .text = push->id});
  requests.push(MqttDisconnect{});
  move(context, Next::connect_when_stored, Next::connect_after_wait);
}

bool Agent::answer(const StepContext& context, const Reply& reply, AgentRequests& requests) {
  const std::string_view topic = write_topic(context.workspace, reply.topic);
  TextWriter text(context.workspace.scratch());
  put_reply(text, reply.verbatim_id, reply.code);
  return publish(context, topic, text, requests, reply.token);
}

}  // namespace fleetsim::device
