// What the platform's events say about the run's devices: when jobs committed, how far each handover came, who is connected where, and the
// platform's half of the event stream. Lives on the platform's thread: touch it there only (RunPlatform::call).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "devicecore/base/time.hpp"
#include "platform-mock/core/output.hpp"
#include "sim/events/event_stream.hpp"
#include "sim/metrics/metrics.hpp"
#include "sim/steps/step_host.hpp"
#include "sim/world/fleet_identities.hpp"
#include "sim/world/roster_index.hpp"

namespace fleetsim::sim {

/// Commits of one distribute step.
struct CommitSpan {
  std::uint64_t commits = 0;
  Instant first{};
  Instant last{};
};

class PlatformLedger {
 public:
  /// The roster must outlive the ledger. `events` may be null.
  PlatformLedger(const Roster& roster, const Scenario& scenario, EventStream* events);

  /// Which device of the registry is which of the roster: what events name by that number need not be looked for by name.
  void is_registered_as(std::size_t device, std::uint32_t registry_index);
  void on_event(const platform::PlatformEvent& event, Instant now);
  /// Jobs named here belong to one distribute step.
  void assign_job(std::string_view job, std::size_t entry);
  /// A job was asked to move these devices of the roster: who has moved before has to do so again.
  void asked_to_move(std::size_t first, std::size_t count);
  /// What the job said of one of them: a refused one has not been asked, and does not count as moved whatever it does.
  void was_refused(std::size_t device);
  /// Of a group of the scenario: devices that a job named, and those that have moved since the last that did.
  MoveCount moves(std::uint16_t group) const { return move_counts_[group]; }
  /// Hands what is batched to the event stream.
  void flush();

  /// How far the handover of a device that has not committed came.
  std::string stranded_reason(std::size_t device) const;
  const std::map<std::size_t, CommitSpan>& spans() const { return spans_; }  // by entry
  /// Sessions by instance id, as connects and disconnects say.
  const std::map<std::string, std::int64_t, std::less<>>& sessions() const { return sessions_; }
  const Metrics& metrics() const { return metrics_; }
  /// How often each rule of misbehaviour fired.
  const std::map<std::string, std::uint64_t, std::less<>>& misbehaviour() const { return misbehaviour_; }

  /// Commits that the device must have noticed as a move (it agreed to the notify and came to another instance, and no job has sent it on
  /// before it was heard of there), and those that it may have noticed (it was sent a notify). What devices count themselves lies between
  /// the two.
  struct NoticedMoves {
    std::uint64_t at_least = 0;
    std::uint64_t at_most = 0;
  };
  NoticedMoves noticed_moves() const { return noticed_; }

 private:
  enum class Progress : std::uint8_t { idle, handed_over, notified, replied, directed, refused };
  enum class MoveAsked : std::uint8_t { never, refused, under_way, moved };
  struct DeviceTrace {
    Progress progress = Progress::idle;
    bool was_notified = false;
    bool has_replied = false;
    bool has_agreed = false;             // with code 200: whoever did not understand goes nowhere for it
    bool was_counted = false;            // its last commit is among those that it must have noticed
    bool was_overtaken = false;          // it was, until a job took the device on: its CONNACK may never have arrived
    bool was_online = false;             // at any time since the job
    std::uint8_t sessions = 0;           // now: two for a moment, when the source's is left over
    MoveAsked asked = MoveAsked::never;  // of the device's last job, not of its handover: it outlasts that
    std::uint16_t group = 0;             // of the scenario; here, for the roster is far away
    std::int32_t refusal_code = 0;
    std::uint32_t source = 0;    // into instance_names_
    std::uint32_t directed = 0;  // where the bootstrap answer pointed
    Instant handed_over{};
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };

  DeviceTrace* find(const platform::PlatformEvent& event, std::size_t& index);
  void trace(DeviceTrace& device, std::size_t index, const platform::PlatformEvent& event, Instant now);
  void noted_reply(DeviceTrace& device, std::int32_t code, Instant now);
  void ask(std::size_t device, MoveAsked asked);
  void committed(DeviceTrace& device, const platform::PlatformEvent& event, Instant now);
  void misbehaved(const platform::PlatformEvent& event, std::size_t index);
  void record(const platform::PlatformEvent& event, std::size_t index, Instant now);
  std::uint32_t instance_number(std::string_view id);

  const Roster& roster_;
  const Scenario& scenario_;
  EventStream* events_;
  std::vector<DeviceTrace> devices_;
  std::optional<RosterIndex> index_;     // made when an event tells a name alone: most tell the number
  std::vector<std::uint32_t> known_as_;  // by index in the registry: position in the roster
  std::vector<std::string> instance_names_;
  std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> entry_by_job_;
  std::map<std::size_t, CommitSpan> spans_;
  std::map<std::string, std::int64_t, std::less<>> sessions_;
  NoticedMoves noticed_;
  std::vector<MoveCount> move_counts_;  // by group
  Metrics metrics_;
  std::vector<SeriesId> notify_series_;        // by group
  std::vector<SeriesId> misbehaviour_series_;  // likewise
  std::map<std::string, std::uint64_t, std::less<>> misbehaviour_;
  std::vector<RunEvent> batch_;
};

}  // namespace fleetsim::sim
