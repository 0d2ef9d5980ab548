// Records chosen devices of a run: what the wire said of them and what both sides told. Give it to run_scenario as its taps, and its
// run_notes() as its events, so that steps are told of too.
//
//   RunRecorder recorder(positions);
//   options.taps = &recorder;
//   options.events = &recorder.run_notes();
//   run_scenario(scenario, options);
//   const Timeline timeline = timeline_of(recorder.take(7), recorder.head(7), kNever);
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/recorder.hpp"
#include "sim/trace/timeline.hpp"
#include "sim/world/fleet_identities.hpp"
#include "sim/world/run_taps.hpp"

namespace fleetsim::sim {

/// Which device of the roster a person means: "pk/dn", "dn" when only one has that name, or its position. The error says what is wrong.
Result<std::uint32_t, RunError> find_device(const Scenario& scenario, const Roster& roster, std::string_view wanted);

class RunRecorder final : public RunTaps {
 public:
  explicit RunRecorder(const std::vector<std::uint32_t>& positions, RecorderLimits limits = {});
  ~RunRecorder() override;

  void begin(const RunRuntime& runtime, const Roster& roster, std::size_t shards) override;
  SideTap* device_side(std::size_t shard) override;
  SideTap* platform_side() override;

  /// What somebody who watched has to say of a device, for its story; also when the run is over.
  void note(std::uint32_t position, Instant at, std::string kind, std::string detail);
  /// What the run itself does, which no tap tells.
  EventStream& run_notes() { return run_notes_; }

  /// Once the run is over.
  Recording take(std::uint32_t position) { return recorder_.take(position); }
  /// While it goes on.
  Recording look(std::uint32_t position) { return recorder_.look(position); }
  TimelineHead head(std::uint32_t position) const;

 private:
  class Side;
  class RunNotes final : public EventStream {
   public:
    explicit RunNotes(RunRecorder& owner) : owner_(owner) {}
    void write(std::vector<RunEvent>&& batch) override;
    bool wants_both_sides() const override { return false; }
    std::string close() override { return {}; }

   private:
    RunRecorder& owner_;
  };
  struct Chosen {
    std::string product_key;
    std::string device_name;
    std::string group;
    IpAddress address;
  };

  void keep_back(WireEvent event);
  void note_device(std::uint32_t device, const device::Event& event, Instant now);
  void note_platform(const platform::PlatformEvent& event, Instant now);

  TraceRecorder recorder_;
  std::map<std::uint32_t, Chosen> chosen_;  // names are filled in by begin()
  std::unique_ptr<Side> side_;              // of every thread: the recorder has a lock of its own
  RunNotes run_notes_{*this};
  TimelineHead head_;
};

}  // namespace fleetsim::sim
