// How a device without a secret of its own comes to one: it asks, keeps the answer in flash, and only then logs in.
#include "devicecore/agent.hpp"
#include "devicecore/registration.hpp"
#include "devicecore/report.hpp"
#include "devicecore/secret_slot.hpp"

namespace fleetsim::device {

/// What a device without a link begins with: its secret if it lacks one, then where to connect, then that.
void Agent::begin(const StepContext& context, Next then, AgentRequests& requests) {
  if (!identity_.has_secret() && context.config.registration == Registration::http) return start_registration(context);
  if (then == Next::connect_after_wait) return start_connecting(context, requests);
  start_bootstrap(context);
}

void Agent::start_registration(const StepContext& context) {
  go_to(AgentState::registering);
  deadline_ = context.now + context.config.bootstrap_timeout;
  client_.begin(context, BootstrapClient::Question::secret);
}

void Agent::registration_progressed(const StepContext& context, const BootstrapOutcome& outcome, AgentRequests& requests) {
  switch (outcome.state) {
    case BootstrapOutcome::State::none:
      return;
    case BootstrapOutcome::State::answered:
      if (!keep_secret(context, outcome.secret.view())) break;
      begins_when_stored_ = true;
      return begin_storing(context, requests);
    case BootstrapOutcome::State::failed:
      report(context, {.kind = EventKind::registration_failed, .failure = outcome.failure, .end = outcome.end, .code = outcome.code});
      return leave(context, Next::bootstrap_after_wait);
  }
  report(context, {.kind = EventKind::registration_failed, .failure = Failure::secret_invalid});
  leave(context, Next::bootstrap_after_wait);
}

/// The MQTT session of a registration brings one message.
void Agent::registration_arrived(const StepContext& context, const MqttMessage& message, AgentRequests& requests) {
  if (state_ != AgentState::connecting || message.topic != registration_topic) return;
  const SecretAnswer answer = parse_registration_message(message.payload, identity_);
  const bool kept = answer.failure == Failure::none && keep_secret(context, answer.secret.view());
  requests.push(MqttDisconnect{});
  if (kept) {
    endpoint_unchanged_ = false;
    return leave(context, Next::connect_when_stored);
  }
  report(context, {.kind = EventKind::registration_failed,
                   .failure = answer.failure == Failure::none ? Failure::secret_invalid : answer.failure,
                   .code = answer.code});
  leave(context, Next::connect_after_wait);
}

bool Agent::keep_secret(const StepContext& context, std::string_view secret) {
  const MutableBytes scratch = context.workspace.scratch();
  if (scratch.size() < limits::endpoint_slot_bytes || !identity_.take_secret(secret)) return false;
  encode_secret(identity_, scratch);
  secret_write_ = SecretWrite::under_way;
  context.workspace.push(WriteSlot{limits::secret_slot, context.workspace.keep(limits::endpoint_slot_bytes)});
  return true;
}

void Agent::secret_written(const StepContext& context, bool ok) {
  if (secret_write_ != SecretWrite::under_way) return;
  secret_write_ = ok ? SecretWrite::none : SecretWrite::failed;
  if (ok) report(context, {.kind = EventKind::registered});
}

/// True: the secret is no part of this, or it is in flash. One that is not must not be used: it would never be told again.
bool Agent::secret_is_safe(const StepContext& context) {
  if (secret_write_ == SecretWrite::none) return true;
  secret_write_ = SecretWrite::none;
  identity_ = identity_.without_secret();
  report(context, {.kind = EventKind::registration_failed, .failure = Failure::flash_failed});
  return false;
}

}  // namespace fleetsim::device
