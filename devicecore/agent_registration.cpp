// How a device without a secret of its own comes to one: it asks, keeps the answer in flash, and only then logs in.
#include "devicecore/agent.hpp"
#include "devicecore/registration.hpp"
#include "devicecore/report.hpp"
#include "devicecore/secret_slot.hpp"

namespace fleetsim::device {
namespace {

// MQTT 3.1.1 §3.2.2.3. Which of them a platform sends for a token that it does not know is not written anywhere.
constexpr std::uint8_t bad_user_name_or_password = 4;
constexpr std::uint8_t not_authorized = 5;

}  // namespace

/// What a device without a link begins with: its secret if it lacks one, then where to connect, then that.
void Agent::begin(const StepContext& context, Next then, AgentRequests& requests) {
  if (!identity_.has_secret() && context.config.registration == Registration::http) return start_registration(context);
  if (registers_at_own_endpoint(context)) return start_connecting(context, requests);
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
      if (!keep_secret(context, {.secret = outcome.secret})) break;
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
  const Registration way = context.config.registration;
  if (state_ != AgentState::connecting || message.topic != registration_topic(way)) return;
  const SecretAnswer answer = way == Registration::mqtt_nwl ? parse_token_message(message.payload, identity_)
                                                            : parse_registration_message(message.payload, identity_);
  const bool at_own_endpoint = registers_at_own_endpoint(context);
  const bool kept = answer.failure == Failure::none && keep_secret(context, answer);
  requests.push(MqttDisconnect{});
  if (kept) {
    if (at_own_endpoint) keep_registration_endpoint(context);
    endpoint_unchanged_ = false;
    return leave(context, Next::connect_when_stored);
  }
  report(context, {.kind = EventKind::registration_failed,
                   .failure = answer.failure == Failure::none ? Failure::secret_invalid : answer.failure,
                   .code = answer.code});
  leave(context, after_registration_failure(context));
}

/// A device that the platform does not know yet cannot ask the global endpoint where it belongs.
bool Agent::registers_at_own_endpoint(const StepContext& context) const {
  const DeviceConfig& config = context.config;
  return registers() && !config.registration_host.empty() && config.registration_port != 0 &&
         (config.registration == Registration::mqtt || config.registration == Registration::mqtt_nwl);
}

/// Where it was registered is where it logs in first, without a bootstrap.
void Agent::keep_registration_endpoint(const StepContext& context) {
  begins_when_stored_ = true;  // a host that is no endpoint: then the global endpoint is asked after all
  if (is_fixed(context) || !is_valid_host(context.config.registration_host)) return;
  Endpoint endpoint;
  endpoint.port = context.config.registration_port;
  if (endpoint.host.assign(context.config.registration_host)) keep(context, endpoint);
}

/// Who asked for another token tries the old one again meanwhile, and goes on with what it had wanted: it may have been refused for
/// another reason, and a platform gives no second token to a device that is active.
Agent::Next Agent::after_registration_failure(const StepContext& context) {
  const bool at_own_endpoint = registers_at_own_endpoint(context);
  renews_token_ = false;
  const bool knows_where = is_fixed(context) || !store_.empty();
  if (!at_own_endpoint || registers()) return Next::connect_after_wait;
  return next_ == Next::bootstrap_after_wait || !knows_where ? Next::bootstrap_after_wait : Next::connect_after_wait;
}

bool Agent::may_renew_token(const StepContext& context) const {
  return identity_.has_token() && context.config.registration == Registration::mqtt_nwl;
}

/// Bad credentials are the token's fault. A device that is not welcome may be elsewhere by now: the global endpoint, which knows, was asked
/// before it is refused once more.
bool Agent::token_is_doubted(const StepContext& context, std::uint8_t connack_code) {
  const bool may_be_the_token = connack_code == bad_user_name_or_password || connack_code == not_authorized;
  if (!may_renew_token(context) || registers() || !may_be_the_token) return false;
  if (token_refusals_ < 0xffU) ++token_refusals_;
  if (connack_code == not_authorized && token_refusals_ <= context.config.endpoint_failures_max) return false;
  token_refusals_ = 0;
  return true;
}

bool Agent::keep_secret(const StepContext& context, const SecretAnswer& answer) {
  const MutableBytes scratch = context.workspace.scratch();
  if (scratch.size() < limits::endpoint_slot_bytes) return false;
  const bool taken = answer.client_id.empty() ? identity_.take_secret(answer.secret.view())
                                              : identity_.take_token(answer.client_id.view(), answer.secret.view());
  if (!taken) return false;
  renews_token_ = false;
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
