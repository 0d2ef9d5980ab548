#include "sim/trace/note_stream.hpp"

namespace fleetsim::sim {

void NoteStream::write(std::vector<RunEvent>&& batch) {
  for (const RunEvent& event : batch) {
    if (event.side == EventSide::run && event.device.empty()) {
      for (const auto& [name, position] : positions_) note(event, position);
    } else if (const auto found = positions_.find(event.device); found != positions_.end()) {
      note(event, found->second);
    }
  }
}

void NoteStream::note(const RunEvent& event, std::uint32_t device) {
  recorder_.note({.at = event.at,
                  .device = device,
                  .side = event.side,
                  .kind = event.kind,
                  .detail = event.detail,
                  .instance = event.instance,
                  .code = event.code});
}

}  // namespace fleetsim::sim
