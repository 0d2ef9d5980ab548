// Who may connect where, when a move commits, and where firmware may be updated: all of it from the placement.
#include <cmath>
#include <string>
#include <utility>

#include "devicecore/base/ensure.hpp"
#include "platform-mock/core/distribution.hpp"
#include "platform-mock/core/placement_event.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::string_view unknown_country = "unknown";

}  // namespace

Admission Distribution::admit(DeviceIndex device, InstanceIndex instance, const IpAddress& peer) const {
  const DeviceRecord& record = registry_.device(device);
  if (!record.enabled) return Admission::refuse_disabled;
  const Handover* const handover = handover_of(record);
  if (handover == nullptr) {
    if (std::get_if<Bound>(&record.placement)->at == instance) return Admission::accept;
    if (config_.planted_bugs.source_accepts_after_commit && registry_.lived_at(device, instance)) return Admission::accept;
    return Admission::refuse_distributed_away;
  }
  const Job& from = jobs_[handover->job.value];
  if (const auto position = from.target_position(instance)) {
    const bool any_target_will_do = from.request.policy == Policy::region || config_.nearest_commit == NearestCommit::any;
    if (any_target_will_do || nearest_of(from, peer).index == *position) return Admission::commit;
  }
  // The source may be a target too (nearest access back home); where it is not the nearest one, it is a source like any other.
  if (instance == handover->source && config_.source_login == SourceLogin::notify_only) return Admission::notify_only;
  return Admission::refuse_distributed_away;
}

void Distribution::commit(DeviceIndex device, InstanceIndex target, const IpAddress& peer, Output& output) {
  const Handover* const handover = handover_of(registry_.device(device));
  ensure(handover != nullptr);
  const Place listed_before = registry_.device(device).listed_at();
  Job& done = jobs_[handover->job.value];
  const auto position = done.target_position(target);
  ensure(position.has_value());
  job_changed(handover->job);

  std::string reason;
  if (done.request.policy == Policy::nearest_access) {
    const NearestChoice nearest = nearest_of(done, peer);
    reason = nearest.country ? *nearest.country : std::string{unknown_country};
    ++done.committed_from[{reason, static_cast<std::uint32_t>(*position)}];
    reason.append(" -> ").append(done.regions[*position]->id.view());
  }
  ++done.committed[*position];
  registry_.bind(device, {target, done.target_account});
  // With policy region it was listed here from its handover on, and whatever hangs on it since then was given to it here.
  if (listed_before != registry_.device(device).listed_at() && listener_ != nullptr) listener_->distributed(device);
  --in_handover_;
  ++moved_;
  ++commits_;
  PlatformEvent event = placement_event(PlatformEventKind::committed, registry_, device, target);
  event.job = done.id;
  event.reason = reason;
  event.peer = peer;
  output.event(event);
}

void Distribution::note(DeviceIndex device, HandoverStep step) {
  const DeviceRecord& record = registry_.device(device);
  if (handover_of(record) != nullptr && step > record.handover_step) registry_.note_step(device, step);
}

void Distribution::forget(DeviceIndex device) {
  if (handover_of(registry_.device(device)) != nullptr) {
    registry_.end_handover(device);
    --in_handover_;
  } else if (registry_.device(device).moves > 0) {
    --moved_;
  }
  std::erase(handed_over_, device);
}

Distribution::Resolution Distribution::resolve(DeviceIndex device, const IpAddress& peer) const {
  const DeviceRecord& record = registry_.device(device);
  const Handover* const handover = handover_of(record);
  if (handover == nullptr) return {std::get_if<Bound>(&record.placement)->at, "bound"};
  const Job& from = jobs_[handover->job.value];
  if (from.request.policy == Policy::region) return {from.targets.front(), "job " + from.id + " region"};
  const NearestChoice nearest = nearest_of(from, peer);
  std::string reason = "nearest of " + std::to_string(from.targets.size()) + ": ";
  reason.append(nearest.country ? *nearest.country : unknown_country).append(" -> ").append(from.regions[nearest.index]->id.view());
  if (nearest.country) reason.append(" ").append(std::to_string(std::lround(nearest.distance_km))).append(" km");
  return {from.targets[nearest.index], std::move(reason)};
}

bool Distribution::may_update_firmware_at(DeviceIndex device, const Place& place) const {
  const DeviceRecord& record = registry_.device(device);
  const Handover* const handover = handover_of(record);
  if (handover == nullptr) return record.resides_at() == place;
  // Under way: the source has handed it over. With nearest access nobody has it before it connects.
  const Job& from = jobs_[handover->job.value];
  return from.request.policy == Policy::region && record.listed_at() == place;
}

FirmwareUpdate Distribution::firmware_update(DeviceIndex device, const Place& place, std::string_view file) const {
  if (!may_update_firmware_at(device, place)) return FirmwareUpdate::not_here;
  const AccountIndex owner = registry_.product(registry_.device(device).product).owner;
  if (owner != place.account && !firmware_grants_.has(owner, place.account, file)) return FirmwareUpdate::file_not_obtained;
  return FirmwareUpdate::allowed;
}

NearestChoice Distribution::nearest_of(const Job& job, const IpAddress& peer) const { return nearest_.choose(peer, job.regions); }

}  // namespace fleetsim::platform
