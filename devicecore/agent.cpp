#include "devicecore/agent.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "devicecore/base/ensure.hpp"
#include "devicecore/firmware_profile.hpp"
#include "devicecore/report.hpp"
#include "devicecore/secret_slot.hpp"
#include "devicecore/text_writer.hpp"

namespace fleetsim::device {
std::size_t Agent::step(const StepContext& context, const Input& input, AgentRequests& requests) {
  if (take_command(context, input, requests)) return 0;
  if (const auto* flash = std::get_if<PowerOn>(&input)) {
    power_on(context, *flash, requests);
  } else if (std::holds_alternative<LinkOpened>(input)) {
    https_opened(context, requests);
  } else if (const auto* received = std::get_if<LinkReceived>(&input)) {
    https_received(context, received->bytes, requests);
    return received->bytes.size();
  } else if (const auto* closed = std::get_if<LinkClosed>(&input)) {
    https_closed(context, closed->end, requests);
  } else if (const auto* image = std::get_if<ImageWritten>(&input)) {
    upgrade_went(context, upgrade_.image_written(context, image->ok), requests);
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
    mqtt_closed(context, *closed, requests);
  } else if (const auto* acknowledged = std::get_if<MqttAcknowledged>(&event)) {
    if ((acknowledged->token & agent_token_bit) == 0)
      report(context, {.kind = EventKind::publish_acknowledged, .token = acknowledged->token});
  } else if (const auto* subscribed = std::get_if<MqttSubscribed>(&event)) {
    if (is_own_filter(subscribed->token)) {
      own_filter_answered(context, *subscribed, requests);
    } else {
      report(context, {.kind = EventKind::subscribed, .code = subscribed->granted, .token = subscribed->token});
    }
  } else if (const auto* unsubscribed = std::get_if<MqttUnsubscribed>(&event)) {
    report(context, {.kind = EventKind::unsubscribed, .token = unsubscribed->token});
  }
}

// Bootstrap and upgrade share the HTTPS leg; the upgrade has it only while the device is online, the bootstrap only while it is not.
void Agent::https_opened(const StepContext& context, AgentRequests& requests) {
  if (upgrade_.has_link()) {
    upgrade_went(context, upgrade_.link_opened(context), requests);
  } else {
    const Duration answer_timeout = context.config.profile->bootstrap.answer_timeout;
    if (state_ == AgentState::bootstrapping && answer_timeout > Duration::zero()) deadline_ = context.now + answer_timeout;
    bootstrap_progressed(context, client_.link_opened(context, identity_), requests);
  }
}

void Agent::https_received(const StepContext& context, ByteView bytes, AgentRequests& requests) {
  if (upgrade_.has_link()) {
    upgrade_went(context, upgrade_.received(context, bytes), requests);
  } else {
    bootstrap_progressed(context, client_.received(context, bytes), requests);
  }
}

void Agent::https_closed(const StepContext& context, LinkEnd end, AgentRequests& requests) {
  if (upgrade_.has_link()) {
    upgrade_went(context, upgrade_.link_closed(context, end), requests);
  } else {
    bootstrap_progressed(context, client_.link_closed(context, end), requests);
  }
  if (state_ == AgentState::storing) {
    go_on_when_stored(context, requests);
  } else if (state_ == AgentState::leaving) {
    left(context, requests);
  } else if (state_ == AgentState::powering_off) {
    finish_power_off(context);
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
  if (registers_at_own_endpoint(context)) return context.config.registration_host;
  return is_fixed(context) ? context.config.fixed_host : store_.current().host.view();
}

std::uint16_t Agent::mqtt_port(const StepContext& context) const {
  if (registers_at_own_endpoint(context)) return context.config.registration_port;
  return is_fixed(context) ? context.config.fixed_port : store_.current().port;
}

void Agent::power_on(const StepContext& context, const PowerOn& flash, AgentRequests& requests) {
  if (state_ != AgentState::off) return;
  const bool registers = context.config.registration != Registration::none;
  *this = Agent(registers ? identity_.without_secret() : identity_);  // RAM does not survive
  if (registers) decode_secret(flash.secret, identity_);
  const BootstrapDialect& dialect = context.config.profile->bootstrap;
  const SlotCheck check = dialect.checks_record ? SlotCheck::whole : SlotCheck::unchecked;
  bool knows_where = is_fixed(context) || (dialect.remembers_endpoint && store_.load(flash.slot_a, flash.slot_b, check));
  if (dialect.starts_at_home && !knows_where) {
    Endpoint home;
    home.port = context.config.fixed_port;
    knows_where = home.host.assign(context.config.fixed_host) && home.port != 0;
    if (knows_where) store_.adopt(home, {});  // not in flash: it is burned in
  }
  begin(context, knows_where ? Next::connect_after_wait : Next::bootstrap_after_wait, requests);
}

// A move is no failure, so the device goes at once. But a platform that keeps sending it around must not make it spin.
void Agent::move(const StepContext& context, Next at_once, Next after_wait) {
  forgive_if_stable(context);
  const bool too_many = quick_moves_ >= limits::quick_moves_max;
  if (!too_many) ++quick_moves_;
  leave(context, too_many ? after_wait : at_once);
}

void Agent::wait_then(const StepContext& context, Next next) {
  go_to(AgentState::backing_off);
  next_ = next;
  const BackoffConfig& config = context.config.backoff;
  Duration delay = context.config.profile->retry.wait(backoff_, config, context.random);
  if (quick_moves_ >= limits::quick_moves_max && delay < config.floor) delay = config.floor;  // a firmware that retries at once, too
  // RFC 9110 §10.2.3: a server that says when it is back is not asked before.
  delay = std::max<Duration>(delay, std::chrono::seconds{std::exchange(retry_after_s_, std::uint16_t{0})});
  deadline_ = context.now + delay;
  report(context, {.kind = EventKind::retry_scheduled, .delay = delay});
}

// The close was asked for already; a shell that does not confirm it in time is asked to abort.
void Agent::leave(const StepContext& context, Next next) {
  upgrade_.pause(context);
  const bool may_go_on = context.config.profile->upgrade.survives_connection || next == Next::restart;
  if (!may_go_on) upgrade_.release(context.pool);
  gateway_.connection_ended();
  if (!has_link()) return wait_then(context, next);
  go_to(AgentState::leaving);
  next_ = next;
  deadline_ = context.now + connect_timeout(context);
}

void Agent::left(const StepContext& context, AgentRequests& requests) {
  if (has_link()) return;
  switch (next_) {
    case Next::bootstrap_at_once:
      return start_bootstrap(context);
    case Next::connect_when_stored:
      return begin_storing(context, requests);
    case Next::reboot:
      return reboot(context, requests);
    case Next::restart:
      go_to(AgentState::powering_off);
      restarting_ = true;
      patience_over_ = false;
      return finish_power_off(context);
    case Next::connect_after_wait:
    case Next::bootstrap_after_wait:
      return wait_then(context, next_);
  }
}

// RAM is forgotten; the flash, of which the store is a picture, is not. Nor is the list of sub-devices, which is the shell's: they log in
// anew after each connect.
void Agent::reboot(const StepContext& context, AgentRequests& requests) {
  posts_ = {};
  last_message_id_ = 0;
  shadow_token_ = 0;
  owed_step_ = 0;
  upgrade_.release(context.pool);
  requests.push(MqttForget{});
  backoff_ = Backoff{};
  endpoint_failures_ = 0;
  token_refusals_ = 0;
  renews_token_ = false;
  quick_moves_ = 0;
  go_to(AgentState::backing_off);
  next_ = store_.empty() ? Next::bootstrap_after_wait : Next::connect_after_wait;
  deadline_ = context.now + reboot_time;
}

void Agent::abort_links(const StepContext& context, AgentRequests& requests) {
  client_.abort(context);
  upgrade_.pause(context);
  if (mqtt_link_open_) requests.push(MqttAbort{});
}

void Agent::deadline_reached(const StepContext& context, AgentRequests& requests) {
  upgrade_went(context, upgrade_.deadline_reached(context), requests);
  if (const SubDevice* silent = gateway_.deadline_reached(context.now)) {
    report_sub_device(context, silent);
    log_in_sub_devices(context, requests);
  }
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
      return begin(context, next_, requests);
    case AgentState::registering:
      report(context, {.kind = EventKind::registration_failed, .failure = Failure::timed_out});
      client_.abort(context);
      return leave(context, Next::bootstrap_after_wait);
    case AgentState::off:
    case AgentState::online:
      return;
  }
}

void Agent::power_off(const StepContext& context, AgentRequests& requests) {
  restarting_ = false;
  if (state_ == AgentState::powering_off) return;
  if (state_ == AgentState::off) return report(context, {.kind = EventKind::powered_off});
  if (state_ == AgentState::online) {
    requests.push(MqttDisconnect{});
  } else if (state_ == AgentState::connecting) {
    requests.push(MqttAbort{});
  }
  if (state_ == AgentState::bootstrapping || state_ == AgentState::registering) client_.abort(context);
  upgrade_.pause(context);
  gateway_.connection_ended();
  go_to(AgentState::powering_off);
  patience_over_ = false;
  deadline_ = context.now + connect_timeout(context);
  finish_power_off(context);
}

void Agent::finish_power_off(const StepContext& context) {
  if (has_link() || (writes_flash() && !patience_over_)) return;
  go_to(AgentState::off);
  deadline_ = kNever;
  if (restarting_) {
    TextWriter version(context.workspace.scratch());
    version.put(upgrade_.version());
    context.workspace.keep(version.size());
    context.workspace.push(RestartInto{version.text()});
  } else {
    report(context, {.kind = EventKind::powered_off});
  }
  upgrade_.release(context.pool);
}

}  // namespace fleetsim::device
