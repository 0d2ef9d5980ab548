// The MQTT link from the wish for it to CONNACK, and what its end means.
#include "devicecore/agent.hpp"
#include "devicecore/firmware_profile.hpp"
#include "devicecore/registration.hpp"
#include "devicecore/report.hpp"
#include "devicecore/signing.hpp"

namespace fleetsim::device {
namespace {

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

Duration Agent::connect_timeout(const StepContext& context) {
  const Duration of_profile = context.config.profile->session.connect_timeout;
  return of_profile > Duration::zero() ? of_profile : context.config.connect_timeout;
}

void Agent::start_connecting(const StepContext& context, AgentRequests& requests) {
  go_to(AgentState::connecting);
  deadline_ = context.now + connect_timeout(context);
  report(context, {.kind = EventKind::connect_started, .port = mqtt_port(context), .host = mqtt_host(context)});
  requests.push(MqttOpen{mqtt_host(context), mqtt_port(context), context.config.mqtt_tls});
  mqtt_link_open_ = true;
}

void Agent::mqtt_opened(const StepContext& context, AgentRequests& requests) {
  if (state_ != AgentState::connecting) return;
  const LoginMoment moment{context.now + context.clock_error, connect_timeout(context) - (deadline_ - context.now)};
  const auto credentials = registers() ? make_registration_credentials(context.config, identity_, context.workspace, context.random)
                                       : make_credentials(context.config, identity_, context.workspace, moment);
  if (!credentials) {
    report(context, {.kind = EventKind::connect_failed, .failure = Failure::signing_failed});
    requests.push(MqttAbort{});
    return leave(context, Next::connect_after_wait);  // not the endpoint's fault
  }
  const SessionDialect& session = context.config.profile->session;
  requests.push(MqttConnect{
      .client_id = credentials->client_id,
      .username = credentials->username,
      .password = credentials->password,
      .keep_alive_s = session.keep_alive_s != 0 ? session.keep_alive_s : context.config.keep_alive_s,
      .clean_session = session.clean_session.value_or(context.config.clean_session),
      .ping_every = session.ping_every,
      .publish_retry = session.publish_retry,
  });
}

void Agent::mqtt_answered(const StepContext& context, const MqttConnected& answer, AgentRequests& requests) {
  if (state_ != AgentState::connecting) return;
  if (answer.return_code == 0 && registers()) return;  // the secret comes as a message
  if (answer.return_code == 0) return go_online(context, answer, requests);
  report(context, {.kind = EventKind::connect_refused, .failure = Failure::connack_refused, .code = answer.return_code});
  const bool doubted = token_is_doubted(context, answer.return_code);
  const Next next = after_connect_failure(context, Failure::connack_refused, LinkEnd::closed_by_peer);
  renews_token_ = doubted;
  leave(context, next);  // the engine closes a refused link by itself
}

void Agent::go_online(const StepContext& context, const MqttConnected& answer, AgentRequests& requests) {
  go_to(AgentState::online);
  deadline_ = kNever;
  online_since_ = context.now;
  endpoint_failures_ = 0;
  token_refusals_ = 0;
  if (context.config.profile->retry.success_forgives) backoff_.reset();
  report(context,
         {.kind = EventKind::connected, .port = mqtt_port(context), .code = answer.session_present ? 1 : 0, .host = mqtt_host(context)});
  if (context.config.profile->bootstrap.writes == EndpointWrites::each_session) write(context, store_.rewrite(context.workspace.scratch()));
  next_subscription_ = 0;
  for (std::size_t i = 0; i < limits::subscribes_in_flight_max; ++i) subscribe_more(context, requests);
  if (connections_ < 2) ++connections_;
  const VersionInform informs = context.config.profile->upgrade.inform;
  if (informs == VersionInform::each || (informs == VersionInform::first_only && connections_ == 1)) inform_version(context, requests);
  gateway_.connection_began();
  log_in_sub_devices(context, requests);
  resume_upgrade(context, requests);
}

void Agent::mqtt_closed(const StepContext& context, const MqttClosed& closed, AgentRequests& requests) {
  if (!mqtt_link_open_) return;
  mqtt_link_open_ = false;
  const bool was_online = online_since_ != kNever;
  forgive_if_stable(context);
  online_since_ = kNever;
  shadow_token_ = 0;  // a reply of the next connection is to another request
  const Failure failure = failure_of(closed.fault);
  if (state_ == AgentState::connecting) {
    report(context, {.kind = EventKind::connect_failed, .failure = failure, .end = closed.end});
    wait_then(context, after_connect_failure(context, failure, closed.end));
  } else if (state_ == AgentState::online) {
    report(context, {.kind = EventKind::connection_lost, .failure = failure, .end = closed.end});
    leave(context, Next::connect_after_wait);
  } else {
    if (was_online) report(context, {.kind = EventKind::disconnected, .end = closed.end});
    if (state_ == AgentState::leaving) {
      left(context, requests);
    } else {
      finish_power_off(context);
    }
  }
}

// A server that refuses may have given the device away, one that cannot be reached may be gone: after a few tries the global endpoint
// is asked, which always knows.
Agent::Next Agent::after_connect_failure(const StepContext& context, Failure why, LinkEnd end) {
  if (registers_at_own_endpoint(context)) return after_registration_failure(context);
  renews_token_ = false;
  if (is_fixed(context) || end == LinkEnd::no_resources || !context.config.profile->retry.falls_back) return Next::connect_after_wait;
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

}  // namespace fleetsim::device
