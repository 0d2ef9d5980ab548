#include "platform-mock/core/invariants.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace fleetsim::platform {
namespace {

class StateInspection {
 public:
  StateInspection(const Registry& registry, const Distribution& distribution, const things::ThingStore& things)
      : registry_(registry),
        distribution_(distribution),
        things_(things),
        is_named_(registry.device_count(), false),
        last_named_by_(registry.device_count()) {}

  std::vector<std::string> run() {
    for (std::uint32_t i = 0; i < distribution_.job_count(); ++i) job(JobIndex{i});
    std::size_t listed = 0;
    for (std::uint32_t i = 0; i < registry_.product_count(); ++i) listed += product(ProductIndex{i});
    std::size_t present = 0;
    for (std::uint32_t i = 0; i < registry_.device_count(); ++i) {
      device(DeviceIndex{i});
      if (!registry_.device(DeviceIndex{i}).removed) ++present;
    }
    groups();
    if (listed != present) say("the products list " + std::to_string(listed) + " devices of " + std::to_string(present));
    totals();
    return std::move(found_);
  }

 private:
  std::size_t product(ProductIndex index) {
    const ProductRecord& record = registry_.product(index);
    const std::string name = "product \"" + std::string{record.config.key.view()} + "\"";
    if (record.copies.empty()) say(name + " is nowhere");
    for (const ProductCopy& copy : record.copies) {
      if (!exists(copy.at)) say(name + " has a copy at a place that does not exist");
    }
    if (record.removed) return 0;
    if (registry_.find_product(record.config.key.view()) != index) say(name + " is not found by its key");
    listed_counts(index, name);
    return registry_.devices_of(index).size();
  }

  void listed_counts(ProductIndex index, const std::string& name) {
    std::map<Place, std::size_t> listed;
    for (const DeviceIndex device : registry_.devices_of(index)) ++listed[registry_.device(device).listed_at()];
    for (const ProductCopy& copy : registry_.product(index).copies) {
      const std::size_t counted = registry_.devices_listed(index, copy.at);
      if (counted != listed[copy.at])
        say(name + " counts " + std::to_string(counted) + " devices at a place where " + std::to_string(listed[copy.at]) + " are listed");
    }
  }

  bool exists(const Place& place) const {
    return place.instance.value < registry_.instance_count() && place.account.value < registry_.account_count() &&
           registry_.instance(place.instance).serves(place.account);
  }

  void device(DeviceIndex index) {
    const DeviceRecord& record = registry_.device(index);
    const std::string name = "device \"" + record.name + "\"";
    if (!record.removed && registry_.find_device(record.product, record.name) != index) say(name + " is lost or there twice");
    const Place here = record.resides_at();
    if (!exists(here)) return say(name + " resides at a place that does not exist");
    const Place listed = record.listed_at();
    for (const Place& place : {here, listed})
      if (!registry_.visible_at(record.product, place)) say(name + " resides where its product is not");
    residences(index, record, name);
    labels(index, listed, name);
    for (const Place& place : things_.places_of(index)) {
      // People wish for things where it is awaited, too, and it may have been sent on from there.
      const bool was_known = place == here || registry_.residence(index, place) != nullptr || sent_to_.contains({index, place});
      if (!was_known) say(name + " has runtime data where it never lived");
    }
    if (const auto* const handover = std::get_if<Handover>(&record.placement)) follows(index, record, *handover, name);
    if (!record.removed) went_where_it_was_sent(index, record, name);
  }

  /// A device that is distributed leaves its groups: it is in none but of the place where it is listed.
  void labels(DeviceIndex index, const Place& here, const std::string& name) {
    const things::DeviceLabels* const labels = things_.find_labels(index);
    if (labels == nullptr) return;
    for (const std::string& id : labels->groups()) {
      const things::DeviceGroup* const group = things_.groups().find(id);
      if (group == nullptr) {
        say(std::string{name}.append(" is in group ").append(id).append(", which does not exist"));
      } else if (group->place != here) {
        say(std::string{name}.append(" is in group ").append(id).append(" of another place"));
      }
    }
  }

  void groups() {
    std::set<std::pair<Place, std::string_view>> names;
    for (const things::DeviceGroup& group : things_.groups().all()) {
      const std::string name = "group " + group.id;
      if (things_.groups().find(group.id) != &group) say(name + " is there twice");
      if (!exists(group.place)) say(name + " is at a place that does not exist");
      if (!names.emplace(group.place, group.name).second) say(name + " has the name of another one at its place");
      stands_in_others(group, name);
    }
  }

  void stands_in_others(const things::DeviceGroup& group, const std::string& name) {
    const things::DeviceGroup* at = &group;
    for (std::size_t level = 1; !at->super_id.empty(); ++level) {
      if (level > things_.groups().all().size()) return say(name + " stands in itself");
      at = things_.groups().find(at->super_id, group.place);
      if (at == nullptr) return say(name + " stands in a group that is not at its place");
    }
  }

  /// The last job that handed it over has it still, or it has arrived. A deleted job of older states names nobody: it may have moved it on.
  void went_where_it_was_sent(DeviceIndex index, const DeviceRecord& record, const std::string& name) {
    const std::optional<JobIndex> last = last_named_by_[index.value];
    if (!last || (last_deleted_ && *last_deleted_ > *last)) return;
    const Job& job = distribution_.job(*last);
    const auto* const handover = std::get_if<Handover>(&record.placement);
    const Place here = record.resides_at();
    if (handover != nullptr ? handover->job >= *last : here.account == job.target_account && job.target_position(here.instance)) return;
    say(name + " was handed over by job " + job.id + ", does not follow it and has not arrived");
  }

  /// The first place counts one stay, each move one more.
  void residences(DeviceIndex index, const DeviceRecord& record, const std::string& name) {
    const std::vector<Residence> residences = registry_.residences_of(index);
    std::uint64_t stays = 0;
    for (std::size_t i = 0; i < residences.size(); ++i) {
      if (!exists(residences[i].at)) say(name + " lived at a place that does not exist");
      for (std::size_t k = 0; k < i; ++k)
        if (residences[k].at == residences[i].at) say(name + " has two residences at one place");
      stays += residences[i].stays;
    }
    const Residence* const here = registry_.residence(index, record.resides_at());
    if (residences.empty() && record.moves > 0) return say(name + " has moved and lived nowhere");
    if (!residences.empty() && stays != std::uint64_t{record.moves} + 1)
      say(name + " moved " + std::to_string(record.moves) + " times and has " + std::to_string(stays) + " stays");
    if (record.moves > 0 && (here == nullptr || here->stays == 0)) say(name + " has no residence where it resides");
    const bool is_active = record.activated && std::holds_alternative<Bound>(record.placement);
    if (is_active && (here == nullptr || !here->activated)) say(name + " is active where it was never activated");
  }

  void follows(DeviceIndex index, const DeviceRecord& record, const Handover& handover, const std::string& name) {
    if (record.removed) return say(name + " is removed and in handover");
    if (record.activated) say(name + " is active while it is handed over");
    if (handover.job.value >= distribution_.job_count()) return say(name + " follows a job that does not exist");
    const Job& followed = distribution_.job(handover.job);
    if (followed.product != record.product) say(name + " follows a job of another product");
    if (handover.listed != followed.lists_at()) say(name + " is not listed where its job says");
    // A job takes it from where it is listed: where it resides, or where an earlier one has sent it.
    const Place from{followed.source, followed.source_account};
    const auto sent = sent_to_.find({index, from});
    const bool was_sent_there = sent != sent_to_.end() && sent->second < handover.job;
    if (from != record.resides_at() && !was_sent_there) say(name + " follows a job from another place");
    if (!followed.deleted && !is_named_[index.value]) say(name + " follows a job that does not name it");
  }

  void job(JobIndex index) {
    const Job& job = distribution_.job(index);
    const std::string name = "job " + job.id;
    for (const DeviceIndex named : job.devices) {
      if (named.value >= registry_.device_count()) return say(name + " names a device that does not exist");
      const auto* const handover = std::get_if<Handover>(&registry_.device(named).placement);
      if (handover != nullptr && handover->job == index) is_named_[named.value] = true;
      last_named_by_[named.value] = index;
      if (job.request.policy == Policy::region && !job.targets.empty()) sent_to_.emplace(std::pair{named, job.lists_at()}, index);
    }
    if (job.targets.empty() || job.committed.size() != job.targets.size()) return say(name + " has no counts for its targets");
    for (const InstanceIndex target : job.targets) {
      const Place at{target, job.target_account};
      if (!exists(at)) {
        say(name + " has a target that does not exist");
      } else if (!registry_.visible_at(job.product, at)) {
        say(name + ": its product is not at a target");
      }
    }
    for (const std::uint64_t committed : job.committed) commits_ += committed;
    if (job.deleted && job.devices.empty()) last_deleted_ = index;
    if (job.deleted) return;
    if (!is_applied_in_order(job)) say(name + " has come to devices out of order");
    if (job.state == JobState::distributed && job.next != job.outcomes.size()) say(name + " is distributed and has devices left");
    const auto handed_over = std::count_if(job.outcomes.begin(), job.outcomes.end(),
                                           [](const JobDeviceOutcome& one) { return one.code == outcome_code::handed_over; });
    if (static_cast<std::size_t>(handed_over) != job.devices.size()) say(name + " handed over other devices than it lists");
  }

  static bool is_applied_in_order(const Job& job) {
    if (job.next > job.outcomes.size()) return false;
    for (std::size_t i = 0; i < job.outcomes.size(); ++i)
      if ((job.outcomes[i].code == outcome_code::waiting) != (i >= job.next)) return false;
    return true;
  }

  void totals() {
    std::uint64_t moves = 0;
    std::size_t in_handover = 0;
    for (std::uint32_t i = 0; i < registry_.device_count(); ++i) {
      const DeviceRecord& record = registry_.device(DeviceIndex{i});
      moves += record.moves;
      if (std::holds_alternative<Handover>(record.placement)) ++in_handover;
    }
    if (moves != commits_) say("the devices moved " + std::to_string(moves) + " times, the jobs counted " + std::to_string(commits_));
    if (in_handover != distribution_.devices_in_handover())
      say(std::to_string(in_handover) + " devices are in handover, " + std::to_string(distribution_.devices_in_handover()) +
          " are counted");
  }

  void say(std::string sentence) {
    if (found_.size() < violations_told_max) found_.push_back(std::move(sentence));
  }

  const Registry& registry_;
  const Distribution& distribution_;
  const things::ThingStore& things_;
  std::vector<bool> is_named_;                                 // by the job that it follows
  std::vector<std::optional<JobIndex>> last_named_by_;         // by device
  std::map<std::pair<DeviceIndex, Place>, JobIndex> sent_to_;  // by policy region, and which job did first
  std::optional<JobIndex> last_deleted_;
  std::uint64_t commits_ = 0;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> violations_of(const Registry& registry, const Distribution& distribution, const things::ThingStore& things) {
  return StateInspection(registry, distribution, things).run();
}

}  // namespace fleetsim::platform
