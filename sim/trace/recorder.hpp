// Keeps what the wire said of chosen devices, bytes and all, and what both sides told of them. Everybody else costs one look-up.
//
//   TraceRecorder recorder({7});                       // positions in the roster
//   recorder.on_wire(event);                           // a WireTap, called from any thread
//   recorder.note({.at = now, .device = 7, .side = EventSide::device, .kind = "connected"});
//   const Recording recording = recorder.take(7);      // when the run is over
//
// The order of a recording is (time, teller, sequence), which does not depend on threads: one device's events come from two threads at
// most, its shard's and the platform's, and each end counts by itself.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "sim/events/event_stream.hpp"
#include "sim/trace/trace_limits.hpp"
#include "sim/trace/wire_event.hpp"

namespace fleetsim::sim {

struct RecordedEvent {
  WireEvent event;                  // without its bytes
  std::vector<std::uint8_t> bytes;  // its own
  std::uint64_t sequence = 0;       // of this device and teller
  bool is_kept_back = false;        // of an attempt that never came to the network; those of a leg are counted by themselves, from 1
};

/// What a side told of a device, in the words of the event stream.
struct TraceNote {
  Instant at{};
  std::uint32_t device = 0;
  EventSide side = EventSide::device;
  std::string kind;  // "connected", "notify_sent", "step_started", ...
  std::string detail{};
  std::string instance{};
  std::int64_t code = 0;
  std::uint64_t sequence = 0;  // of this device and side; set by the recorder
};

struct Recording {
  std::uint32_t device = 0;
  std::vector<RecordedEvent> events;  // in order
  std::vector<TraceNote> notes;       // in order
  std::uint64_t events_left_out = 0;  // by RecorderLimits: those behind the first that did not fit
  std::uint64_t notes_left_out = 0;
};

class TraceRecorder final : public WireTap {
 public:
  /// The limits hold for each device and each end by itself, so that what is kept does not depend on who was faster.
  explicit TraceRecorder(std::vector<std::uint32_t> devices, RecorderLimits limits = {});
  virtual ~TraceRecorder() = default;

  void on_wire(const WireEvent& event) override;
  void on_kept_back(const WireEvent& event) override;
  /// Of a device that is not chosen it is dropped.
  void note(TraceNote note);
  bool wants(std::uint32_t device) const;

  /// What was kept of it; a second call gets nothing.
  Recording take(std::uint32_t device);
  /// What was kept of it so far, while the run goes on.
  Recording look(std::uint32_t device);

 private:
  /// What one end has told of one device.
  struct End {
    std::vector<RecordedEvent> events;
    std::uint64_t told = 0;
    std::size_t bytes = 0;
    bool full = false;
  };
  static constexpr std::size_t sides = 3;  // EventSide
  struct Kept {
    std::array<End, 2> ends;  // WireEnd
    std::array<std::vector<TraceNote>, sides> notes;
    std::array<std::uint64_t, sides> noted{};
    std::array<std::uint32_t, 2> kept_back{};  // attempts, by leg
  };

  void keep(Kept& kept, const WireEvent& event, bool is_kept_back);

  static Recording recording_of(std::uint32_t device, Kept kept);

  const std::vector<std::uint32_t> devices_;  // in order
  const RecorderLimits limits_;
  std::mutex mutex_;  // of the few chosen devices only
  std::map<std::uint32_t, Kept> kept_;
};

}  // namespace fleetsim::sim
