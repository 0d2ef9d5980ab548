// Upgrades over the air: the version is told after each connect, an offer is taken one at a time, and the device restarts into what it
// downloaded. The download itself is upgrade_client.hpp.
#include <algorithm>

#include "devicecore/agent.hpp"
#include "devicecore/firmware_profile.hpp"
#include "devicecore/report.hpp"
#include "devicecore/text_writer.hpp"
#include "devicecore/upgrade_messages.hpp"

namespace fleetsim::device {
namespace {

bool takes_upgrades(const DeviceConfig& config) { return config.hash && config.profile->can_upgrade; }

}  // namespace

void Agent::inform_version(const StepContext& context, AgentRequests& requests) {
  const std::string_view version = context.config.firmware_version;
  if (!takes_upgrades(context.config)) return;
  const std::string_view topic = write_topic(context.workspace, AlinkTopic::version_inform);
  TextWriter text(context.workspace.scratch());
  put_version(text, next_message_id(), version);
  if (!publish(context, topic, text, requests)) return;
  report(context, {.kind = EventKind::version_informed, .text = version});
}

/// After a connect: says what could not be said without a link, and goes on with the download.
void Agent::resume_upgrade(const StepContext& context, AgentRequests& requests) {
  if (owed_step_ != 0) tell_progress(context, owed_step_, requests);
  owed_step_ = 0;
  upgrade_.resume(context);
  if (upgrade_.done()) restart(context, requests);
}

/// False when it is no offer, or one that comes at a bad time.
bool Agent::upgrade_offered(const StepContext& context, ByteView payload, AgentRequests& requests) {
  if (!takes_upgrades(context.config) || state_ != AgentState::online || upgrade_.busy() || upgrade_.has_link()) return false;
  const MutableBytes scratch = context.workspace.scratch();
  const auto offer = parse_upgrade_offer(payload, scratch.first(std::min(scratch.size(), limits::url_bytes_max)));
  const UpgradeDialect& dialect = context.config.profile->upgrade;
  if (!dialect.listens_again && connections_ > 1) return true;
  if (!offer && !dialect.survives_nonsense) leave(context, Next::reboot);
  if (!offer) return false;
  if (offer->version == context.config.firmware_version && dialect.ignores_own_version) {
    inform_version(context, requests);  // a platform that has not heard that this is done
    return true;
  }
  report(context, {.kind = EventKind::upgrade_started, .code = static_cast<std::int32_t>(offer->size), .text = offer->version});
  const bool usable = offer->failure == Failure::none;
  const UpgradeOutcome refused{UpgradeOutcome::State::failed, offer->failure, step_upgrade_failed};
  upgrade_went(context, usable ? upgrade_.begin(context, *offer) : refused, requests);
  return true;
}

void Agent::upgrade_went(const StepContext& context, const UpgradeOutcome& outcome, AgentRequests& requests) {
  switch (outcome.state) {
    case UpgradeOutcome::State::none:
      return;
    case UpgradeOutcome::State::progressed:
      report(context, {.kind = EventKind::upgrade_progressed, .code = outcome.step});
      break;
    case UpgradeOutcome::State::failed:
      report(context, {.kind = EventKind::upgrade_failed, .failure = outcome.failure, .code = outcome.step});
      break;
    case UpgradeOutcome::State::ready:
      report(context, {.kind = EventKind::upgrade_progressed, .code = outcome.step});
      break;
  }
  if (state_ != AgentState::online) {
    owed_step_ = outcome.step;
    return;
  }
  tell_progress(context, outcome.step, requests);
  if (outcome.state == UpgradeOutcome::State::ready) restart(context, requests);
}

void Agent::tell_progress(const StepContext& context, std::int8_t step, AgentRequests& requests) {
  if (!context.config.profile->upgrade.tells_progress) return;
  const std::string_view topic = write_topic(context.workspace, AlinkTopic::upgrade_progress);
  TextWriter text(context.workspace.scratch());
  put_progress(text, next_message_id(), step);
  publish(context, topic, text, requests);
}

// In good order: the platform hears of the hundred percent, then DISCONNECT.
void Agent::restart(const StepContext& context, AgentRequests& requests) {
  report(context, {.kind = EventKind::upgrade_ready, .text = upgrade_.version()});
  requests.push(MqttDisconnect{});
  leave(context, Next::restart);
}

}  // namespace fleetsim::device
