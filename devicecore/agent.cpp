#include "devicecore/agent.hpp"

#include "devicecore/base/ensure.hpp"
#include "devicecore/firmware_profile.hpp"
#include "devicecore/signing.hpp"

namespace fleetsim::device {
namespace {

void report(const StepContext& context, const Event& event) { context.workspace.push(Report{event}); }

Failure failure_of(MqttFault fault) {
  switch (fault) {
    case MqttFault::none:
      return Failure::link;
    case MqttFault::protocol_error:
      return Failure::mqtt_protocol;
    case MqttFault::ping_timeout:
      return Failure::ping_timeout;
    case MqttFault::packet_too_large:
      return Failure::too_large;
  }
  return Failure::link;
}

}  // namespace

std::size_t Agent::step(const StepContext& context, const Input& input, AgentRequests& requests) {
  if (take_command(context, input, requests)) return 0;
  if (const auto* flash = std::get_if<PowerOn>(&input)) {
    power_on(context, *flash, requests);
  } else if (std::holds_alternative<LinkOpened>(input)) {
    bootstrap_progressed(context, client_.link_opened(context, identity_), requests);
  } else if (const auto* received = std::get_if<LinkReceived>(&input)) {
    bootstrap_progressed(context, client_.received(context, received->bytes), requests);
    return received->bytes.size();
  } else if (const auto* closed = std::get_if<LinkClosed>(&input)) {
    bootstrap_link_closed(context, closed->end, requests);
  } else if (const auto* written = std::get_if<SlotWritten>(&input)) {
    slot_written(context, *written, requests);
  } else if (std::holds_alternative<DeadlineReached>(input)) {
    deadline_reached(context, requests);
  } else if (std::holds_alternative<PowerOff>(input)) {
    power_off(context, requests);
  }
  return 0;
}

void Agent::step(const StepContext& context, const EngineEvent& event, AgentRequests& requests) {
  if (std::holds_alternative<MqttOpened>(event)) {
    mqtt_opened(context, requests);
  } else if (const auto* answer = std::get_if<MqttConnected>(&event)) {
    mqtt_answered(context, *answer, requests);
  } else if (const auto* message = std::get_if<MqttMessage>(&event)) {
    message_arrived(context, *message, requests);
  } else if (const auto* closed = std::get_if<MqttClosed>(&event)) {
    mqtt_closed(context, *closed);
  } else if (const auto* acknowledged = std::get_if<MqttAcknowledged>(&event)) {
    if ((acknowledged->token & agent_token_bit) == 0)
      report(context, {.kind = EventKind::publish_acknowledged, .token = acknowledged->token});
  } else if (const auto* subscribed = std::get_if<MqttSubscribed>(&event)) {
    if ((subscribed->token & agent_token_bit) == 0)
      report(context, {.kind = EventKind::subscribed, .code = subscribed->granted, .token = subscribed->token});
  } else if (const auto* unsubscribed = std::get_if<MqttUnsubscribed>(&event)) {
    report(context, {.kind = EventKind::unsubscribed, .token = unsubscribed->token});
  }
}

void Agent::go_to(AgentState to) {
  ensure(may_go(state_, to));
  state_ = to;
}

// A device without bootstrap has only the endpoint it was built with.
bool Agent::is_fixed(const StepContext& context) const {
  return context.config.start_from == StartFrom::fixed_endpoint || !context.config.profile->can_bootstrap;
}

std::string_view Agent::mqtt_host(const StepContext& context) const {
  return is_fixed(context) ? context.config.fixed_host : store_.current().host.view();
}

std::uint16_t Agent::mqtt_port(const StepContext& context) const {
  return is_fixed(context) ? context.config.fixed_port : store_.current().port;
}

void Agent::power_on(const StepContext& context, const PowerOn& flash, AgentRequests& requests) {
  if (state_ != AgentState::off) return;
  *this = Agent(identity_);  // RAM does not survive
  const bool knows_where = is_fixed(context) || store_.load(flash.slot_a, flash.slot_b);
  if (knows_where) {
    start_connecting(context, requests);
  } else {
    start_bootstrap(context);
  }
}

void Agent::start_bootstrap(const StepContext& context) {
  go_to(AgentState::bootstrapping);
  deadline_ = context.now + context.config.bootstrap_timeout;
  report(context, {.kind = EventKind::bootstrap_started, .port = context.config.bootstrap_port, .host = context.config.bootstrap_host});
  client_.begin(context);
}

void Agent::bootstrap_progressed(const StepContext& context, const BootstrapOutcome& outcome, AgentRequests& requests) {
  if (state_ != AgentState::bootstrapping) return;
  switch (outcome.state) {
    case BootstrapOutcome::State::none:
      return;
    case BootstrapOutcome::State::answered:
      return adopt(context, outcome.endpoint, requests);
    case BootstrapOutcome::State::failed:
      break;
  }
  report(context, {.kind = EventKind::bootstrap_failed, .failure = outcome.failure, .end = outcome.end, .code = outcome.code});
  leave(context, Next::bootstrap_after_wait);
}

void Agent::bootstrap_link_closed(const StepContext& context, LinkEnd end, AgentRequests& requests) {
  bootstrap_progressed(context, client_.link_closed(context, end), requests);
  if (state_ == AgentState::storing) {
    go_on_when_stored(context, requests);
  } else if (state_ == AgentState::leaving) {
    left(context);
  } else if (state_ == AgentState::powering_off) {
    finish_power_off(context);
  }
}

void Agent::adopt(const StepContext& context, const Endpoint& endpoint, AgentRequests& requests) {
  endpoint_unchanged_ = endpoint == store_.current();
  endpoint_failures_ = 0;
  const auto write = store_.adopt(endpoint, context.workspace.scratch());
  report(context, {.kind = EventKind::bootstrap_answered, .port = endpoint.port, .host = store_.current().host.view()});
  if (write) context.workspace.push(WriteSlot{write->slot, context.workspace.keep(write->bytes.size())});
  go_to(AgentState::storing);
  patience_over_ = false;
  deadline_ = context.now + context.config.bootstrap_timeout;
  go_on_when_stored(context, requests);
}

// Why the flash comes first is told in endpoint_store.hpp. A flash that fails, or never says that it is done, costs the next power-on
// a detour by the old endpoint; it must not keep the device from its work now.
void Agent::go_on_when_stored(const StepContext& context, AgentRequests& requests) {
  if (!client_.idle() || (store_.write_under_way() && !patience_over_)) return;
  if (endpoint_unchanged_) {
    // Told to move and then sent back to where it was (or its endpoint keeps failing): asking again at once would be a loop.
    wait_then(context, Next::connect_after_wait);
  } else {
    start_connecting(context, requests);
  }
}

void Agent::slot_written(const StepContext& context, const SlotWritten& written, AgentRequests& requests) {
  if (store_.finish_write(written.slot, written.ok)) {
    const Endpoint& endpoint = store_.current();
    report(context, {.kind = EventKind::endpoint_stored, .port = endpoint.port, .code = written.slot, .host = endpoint.host.view()});
  }
  if (state_ == AgentState::storing) {
    go_on_when_stored(context, requests);
  } else if (state_ == AgentState::powering_off) {
    finish_power_off(context);
  }
}

void Agent::start_connecting(const StepContext& context, AgentRequests& requests) {
  go_to(AgentState::connecting);
  deadline_ = context.now + context.config.connect_timeout;
  report(context, {.kind = EventKind::connect_started, .port = mqtt_port(context), .host = mqtt_host(context)});
  requests.push(MqttOpen{mqtt_host(context), mqtt_port(context), context.config.mqtt_tls});
  mqtt_link_open_ = true;
}

void Agent::mqtt_opened(const StepContext& context, AgentRequests& requests) {
  if (state_ != AgentState::connecting) return;
  const auto credentials = make_credentials(context.config, identity_, context.workspace);
  if (!credentials) {
    report(context, {.kind = EventKind::connect_failed, .failure = Failure::signing_failed});
    requests.push(MqttAbort{});
    return leave(context, Next::connect_after_wait);  // not the endpoint's fault
  }
  requests.push(MqttConnect{credentials->client_id, credentials->username, credentials->password, context.config.keep_alive_s,
                            context.config.clean_session});
}

void Agent::mqtt_answered(const StepContext& context, const MqttConnected& answer, AgentRequests& requests) {
  if (state_ != AgentState::connecting) return;
  if (answer.return_code == 0) return go_online(context, answer, requests);
  report(context, {.kind = EventKind::connect_refused, .failure = Failure::connack_refused, .code = answer.return_code});
  const Next next = after_connect_failure(context, Failure::connack_refused, LinkEnd::closed_by_peer);
  requests.push(MqttAbort{});  // a refused client has no session that it could end with DISCONNECT
  leave(context, next);
}

void Agent::go_online(const StepContext& context, const MqttConnected& answer, AgentRequests& requests) {
  go_to(AgentState::online);
  deadline_ = kNever;
  online_since_ = context.now;
  endpoint_failures_ = 0;
  report(context,
         {.kind = EventKind::connected, .port = mqtt_port(context), .code = answer.session_present ? 1 : 0, .host = mqtt_host(context)});
  if (context.config.subscribe_notify) subscribe_own_topics(context, requests);
}

void Agent::mqtt_closed(const StepContext& context, const MqttClosed& closed) {
  if (!mqtt_link_open_) return;
  mqtt_link_open_ = false;
  const bool was_online = online_since_ != kNever;
  forgive_if_stable(context);
  online_since_ = kNever;
  const Failure failure = failure_of(closed.fault);
  if (state_ == AgentState::connecting) {
    report(context, {.kind = EventKind::connect_failed, .failure = failure, .end = closed.end});
    wait_then(context, after_connect_failure(context, failure, closed.end));
  } else if (state_ == AgentState::online) {
    report(context, {.kind = EventKind::connection_lost, .failure = failure, .end = closed.end});
    wait_then(context, Next::connect_after_wait);
  } else {
    if (was_online) report(context, {.kind = EventKind::disconnected, .end = closed.end});
    if (state_ == AgentState::leaving) {
      left(context);
    } else {
      finish_power_off(context);
    }
  }
}

// A server that refuses may have given the device away, one that cannot be reached may be gone: after a few tries the global endpoint
// is asked, which always knows.
Agent::Next Agent::after_connect_failure(const StepContext& context, Failure why, LinkEnd end) {
  if (is_fixed(context) || end == LinkEnd::no_resources) return Next::connect_after_wait;
  if (endpoint_failures_ < 0xffU) ++endpoint_failures_;
  if (endpoint_failures_ < context.config.endpoint_failures_max) return Next::connect_after_wait;
  endpoint_failures_ = 0;
  report(context, {.kind = EventKind::fell_back_to_bootstrap, .failure = why});
  return Next::bootstrap_after_wait;
}

// Only a stable time online forgives: a server that accepts and drops at once must still meet longer and longer waits.
void Agent::forgive_if_stable(const StepContext& context) {
  if (online_since_ == kNever || context.now - online_since_ < context.config.backoff.stable_online) return;
  backoff_.reset();
  quick_moves_ = 0;
}

// A move is no failure, so the device asks at once where to go. But a platform that keeps sending it around must not make it spin.
void Agent::move(const StepContext& context) {
  forgive_if_stable(context);
  const bool too_many = quick_moves_ >= limits::quick_moves_max;
  if (!too_many) ++quick_moves_;
  leave(context, too_many ? Next::bootstrap_after_wait : Next::bootstrap_at_once);
}

void Agent::wait_then(const StepContext& context, Next next) {
  go_to(AgentState::backing_off);
  next_ = next;
  const Duration delay = backoff_.next(context.config.backoff, context.random);
  deadline_ = context.now + delay;
  report(context, {.kind = EventKind::retry_scheduled, .delay = delay});
}

// The close was asked for already; a shell that does not confirm it in time is asked to abort.
void Agent::leave(const StepContext& context, Next next) {
  if (client_.idle() && !mqtt_link_open_) return wait_then(context, next);
  go_to(AgentState::leaving);
  next_ = next;
  deadline_ = context.now + context.config.connect_timeout;
}

void Agent::left(const StepContext& context) {
  if (!client_.idle() || mqtt_link_open_) return;
  if (next_ == Next::bootstrap_at_once) {
    start_bootstrap(context);
  } else {
    wait_then(context, next_);
  }
}

void Agent::abort_links(const StepContext& context, AgentRequests& requests) {
  client_.abort(context);
  if (mqtt_link_open_) requests.push(MqttAbort{});
}

void Agent::deadline_reached(const StepContext& context, AgentRequests& requests) {
  if (context.now < deadline_) return;
  deadline_ = kNever;
  switch (state_) {
    case AgentState::bootstrapping:
      report(context, {.kind = EventKind::bootstrap_failed, .failure = Failure::timed_out});
      client_.abort(context);
      return leave(context, Next::bootstrap_after_wait);
    case AgentState::connecting: {
      report(context, {.kind = EventKind::connect_failed, .failure = Failure::timed_out});
      const Next next = after_connect_failure(context, Failure::timed_out, LinkEnd::closed_by_us);
      requests.push(MqttAbort{});
      return leave(context, next);
    }
    case AgentState::storing:
      patience_over_ = true;
      client_.abort(context);
      return go_on_when_stored(context, requests);
    case AgentState::leaving:
      return abort_links(context, requests);
    case AgentState::powering_off:
      patience_over_ = true;
      abort_links(context, requests);
      return finish_power_off(context);
    case AgentState::backing_off:
      if (next_ == Next::connect_after_wait) return start_connecting(context, requests);
      return start_bootstrap(context);
    case AgentState::off:
    case AgentState::online:
      return;
  }
}

void Agent::power_off(const StepContext& context, AgentRequests& requests) {
  if (state_ == AgentState::powering_off) return;
  if (state_ == AgentState::off) return report(context, {.kind = EventKind::powered_off});
  if (state_ == AgentState::online) {
    requests.push(MqttDisconnect{});
  } else if (state_ == AgentState::connecting) {
    requests.push(MqttAbort{});
  }
  if (state_ == AgentState::bootstrapping) client_.abort(context);
  go_to(AgentState::powering_off);
  patience_over_ = false;
  deadline_ = context.now + context.config.connect_timeout;
  finish_power_off(context);
}

void Agent::finish_power_off(const StepContext& context) {
  if (!client_.idle() || mqtt_link_open_ || (store_.write_under_way() && !patience_over_)) return;
  go_to(AgentState::off);
  deadline_ = kNever;
  report(context, {.kind = EventKind::powered_off});
}

}  // namespace fleetsim::device
