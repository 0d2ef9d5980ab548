// Where to connect: the bootstrap, the answer's way into flash, and the platform's own word on it.
#include "devicecore/agent.hpp"
#include "devicecore/alink.hpp"
#include "devicecore/firmware_profile.hpp"
#include "devicecore/report.hpp"

namespace fleetsim::device {

void Agent::start_bootstrap(const StepContext& context) {
  go_to(AgentState::bootstrapping);
  deadline_ = context.now + context.config.bootstrap_timeout;
  report(context, {.kind = EventKind::bootstrap_started, .port = context.config.bootstrap_port, .host = context.config.bootstrap_host});
  client_.begin(context);
}

void Agent::bootstrap_progressed(const StepContext& context, const BootstrapOutcome& outcome, AgentRequests& requests) {
  if (state_ == AgentState::registering) return registration_progressed(context, outcome, requests);
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
  retry_after_s_ = outcome.retry_after_s;
  // An answer that is no endpoint: a device that was deleted there is known again once it has registered.
  const bool is_unknown = outcome.failure == Failure::service_error || outcome.failure == Failure::endpoint_missing;
  if (is_unknown && may_renew_token(context) && !context.config.registration_host.empty()) renews_token_ = true;
  leave(context, Next::bootstrap_after_wait);
}

void Agent::adopt(const StepContext& context, const Endpoint& endpoint, AgentRequests& requests) {
  keep(context, endpoint);
  report(context, {.kind = EventKind::bootstrap_answered, .port = endpoint.port, .host = store_.current().host.view()});
  begin_storing(context, requests);
}

void Agent::keep(const StepContext& context, const Endpoint& endpoint) {
  endpoint_unchanged_ = endpoint == store_.current();
  endpoint_failures_ = 0;
  const BootstrapDialect& dialect = context.config.profile->bootstrap;
  const bool wears_flash = dialect.writes != EndpointWrites::when_changed && endpoint_unchanged_;
  const MutableBytes scratch = dialect.remembers_endpoint ? context.workspace.scratch() : MutableBytes{};
  write(context, wears_flash ? store_.rewrite(scratch) : store_.adopt(endpoint, scratch));
}

void Agent::forget_endpoint(const StepContext& context) { write(context, store_.forget(context.workspace.scratch())); }

/// What the store encoded at the front of the scratch.
void Agent::write(const StepContext& context, const std::optional<EndpointStore::Write>& record) {
  if (record) context.workspace.push(WriteSlot{record->slot, context.workspace.keep(record->bytes.size())});
}

void Agent::begin_storing(const StepContext& context, AgentRequests& requests) {
  go_to(AgentState::storing);
  patience_over_ = false;
  deadline_ = context.now + context.config.bootstrap_timeout;
  go_on_when_stored(context, requests);
}

// Why the flash comes first is told in endpoint_store.hpp. A flash that fails, or never says that it is done, costs the next power-on
// a detour by the old endpoint; it must not keep the device from its work now.
void Agent::go_on_when_stored(const StepContext& context, AgentRequests& requests) {
  if (!client_.idle() || (writes_flash() && !patience_over_)) return;
  const bool begins = begins_when_stored_;
  begins_when_stored_ = false;
  if (!secret_is_safe(context)) return wait_then(context, store_.empty() ? Next::bootstrap_after_wait : Next::connect_after_wait);
  if (begins && store_.empty() && !is_fixed(context)) return start_bootstrap(context);
  if (endpoint_unchanged_) {
    // Told to move and then sent back to where it was (or its endpoint keeps failing): asking again at once would be a loop.
    wait_then(context, Next::connect_after_wait);
  } else {
    start_connecting(context, requests);
  }
}

void Agent::slot_written(const StepContext& context, const SlotWritten& written, AgentRequests& requests) {
  if (written.slot == limits::secret_slot) {
    secret_written(context, written.ok);
  } else if (store_.finish_write(written.slot, written.ok) && !store_.empty()) {
    const Endpoint& endpoint = store_.current();
    report(context, {.kind = EventKind::endpoint_stored, .port = endpoint.port, .code = written.slot, .host = endpoint.host.view()});
  }
  if (state_ == AgentState::storing) {
    go_on_when_stored(context, requests);
  } else if (state_ == AgentState::powering_off) {
    finish_power_off(context);
  }
}

}  // namespace fleetsim::device
