// An event stream that becomes notes of a recording: what devices, platform and run told of the chosen devices. Give it to a run as its
// events.
//
//   NoteStream notes(recorder, {{"a1TestPK001/meter-000007", 7}});
//   options.events = &notes;
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/events/event_stream.hpp"
#include "sim/trace/recorder.hpp"

namespace fleetsim::sim {

class NoteStream final : public EventStream {
 public:
  /// `positions`: of the recorder's devices, by "pk/dn".
  NoteStream(TraceRecorder& recorder, std::map<std::string, std::uint32_t> positions)
      : recorder_(recorder), positions_(std::move(positions)) {}

  /// What the run itself did (steps, start, end) is a note of every chosen device.
  void write(std::vector<RunEvent>&& batch) override;
  std::string close() override { return {}; }

 private:
  void note(const RunEvent& event, std::uint32_t device);

  TraceRecorder& recorder_;
  const std::map<std::string, std::uint32_t> positions_;
};

}  // namespace fleetsim::sim
