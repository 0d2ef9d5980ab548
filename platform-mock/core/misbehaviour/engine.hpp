// The platform's misbehaviour on demand: which rules there are, whom they concern, how often they have fired. Asked at each moment at
// which the platform can misbehave, and only while a rule for such a moment is set: without one, that is a comparison.
//
//   engine.add({.kind = "mqtt_connack", .share = 0.2, .calls = first_calls(1)}, now);
//   if (engine.busy<ConnectAnswer>()) {
//     ConnectAnswer answer;
//     engine.act(answer, {.device = device, .endpoint = instance_id}, {now, output});
//   }
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "devicecore/base/ip_address.hpp"
#include "devicecore/base/result.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/distribution_faults.hpp"
#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/misbehaviour/kind.hpp"
#include "platform-mock/core/misbehaviour/late_output.hpp"
#include "platform-mock/core/misbehaviour/rule.hpp"
#include "platform-mock/core/misbehaviour/rule_check.hpp"
#include "platform-mock/core/output.hpp"
#include "platform-mock/core/registry.hpp"

namespace fleetsim::platform::misbehaviour {

/// Whom a moment is about. Without a device, rules that choose devices do not concern it.
struct Subject {
  std::optional<DeviceIndex> device = {};
  std::string_view job = {};       // its id
  std::string_view endpoint = {};  // "bootstrap", or an instance's id
  std::string_view region = {};
  IpAddress peer = {};
};

/// When, and where events go.
struct Moment {
  Instant now{};
  Output& output;
};

/// A rule and what became of it.
struct RuleView {
  const Rule& rule;
  std::uint64_t calls = 0;  // of those it chose
  std::uint64_t fired = 0;
  bool over = false;  // its time or its count is used up
};

class Engine final : public JobFaultPlan {
 public:
  struct Settings {
    std::uint64_t seed = 1;
    std::uint32_t rules_max = 0;
    std::uint32_t held_bytes_max = 0;
    std::uint32_t job_faults_max = default_limits.job_faults;
  };
  /// The registry must outlive this.
  Engine(const Registry& registry, const Settings& settings);

  /// Where limits that are reached are counted; null: nowhere. It must outlive this.
  void count(LimitCounts* limits) {
    limits_ = limits;
    late_.count(limits);
  }
  /// Its name.
  Result<std::string, RuleProblem> add(Rule rule, Instant now);
  /// False when there is none of that name.
  bool remove(std::string_view name);
  std::size_t remove_all();
  /// In the order in which they were set.
  std::vector<RuleView> rules(Instant now) const;
  /// By all rules, removed ones too.
  std::uint64_t fired() const { return fired_; }

  /// Whether any rule is about such moments.
  template <class Situation>
  bool busy() const {
    return !active_[situation_index<Situation>()].empty();
  }
  /// Lets the rules change what is about to happen, in the order in which they were set, until one settles it. Each that fired is an
  /// event and is counted. True when any did.
  template <class Situation>
  bool act(Situation& situation, const Subject& subject, const Moment& moment);
  /// Whether the device's message, which came in that second, is to be dropped.
  bool throttles(const Subject& subject, std::int64_t second, const Moment& moment);

  /// Faults that were planned one by one come first.
  JobFaultScript& planned_job_faults() { return planned_; }
  JobFault before(const Job& job, std::size_t position, Instant now, Output& output) override;

  /// What leaves later than it should.
  LateOutput& late() { return late_; }
  /// Whether anything may have to be done to a packet on its way out.
  bool touches_packets() const { return busy<OutgoingPacket>() || late_.has_gates(); }

 private:
  /// What a rule knows of one device or job.
  struct Known {
    bool chosen = false;
    std::uint32_t calls = 0;
    std::int64_t window = -1;  // of throttling
    std::uint32_t in_window = 0;
  };
  struct Active {
    Rule rule;
    const Kind* kind = nullptr;
    Arguments arguments;
    Instant until = kNever;
    std::uint64_t calls = 0;
    std::uint64_t fired = 0;
    std::unordered_map<std::string, Known> jobs = {};
    std::unordered_map<DeviceIndex, Known> devices = {};
    Known everybody = {};  // of moments without a subject
    std::uint64_t draws = 0;

    bool over(Instant now) const { return now >= until || (rule.times > 0 && fired >= rule.times); }
  };

  Known* known_of(Active& active, const Subject& subject);
  bool chooses(const Active& active, std::string_view who) const;
  bool is_drawn(const Active& active, std::string_view who) const;
  bool counts(Active& active, Known& known, const Moment& moment);
  void fire(Active& active, const Subject& subject, const Moment& moment);
  void sort_rules();
  std::string free_name(std::string_view kind) const;

  const Registry& registry_;
  Settings settings_;
  LateOutput late_;
  LimitCounts* limits_ = nullptr;
  JobFaultScript planned_;
  std::vector<std::unique_ptr<Active>> rules_;                // in the order in which they were set
  std::array<std::vector<Active*>, situation_count> active_;  // the same, by the situation that they are about
  std::uint64_t fired_ = 0;
};

template <class Situation>
bool Engine::act(Situation& situation, const Subject& subject, const Moment& moment) {
  bool any = false;
  for (Active* const active : active_[situation_index<Situation>()]) {
    if (!active->rule.endpoint.empty() && active->rule.endpoint != subject.endpoint) continue;
    const auto& behaviour = std::get<Behaviour<Situation>>(active->kind->behaviour);
    if (behaviour.concerns != nullptr && !behaviour.concerns(active->arguments, situation)) continue;
    Known* const known = known_of(*active, subject);
    // Its call is counted whatever the rules before it have done.
    if (known == nullptr || !counts(*active, *known, moment) || situation.settled()) continue;
    behaviour.act(active->arguments, situation);
    fire(*active, subject, moment);
    any = true;
  }
  return any;
}

}  // namespace fleetsim::platform::misbehaviour
