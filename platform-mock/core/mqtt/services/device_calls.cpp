#include "platform-mock/core/mqtt/services/device_calls.hpp"

#include "devicecore/base/ensure.hpp"

namespace fleetsim::platform::mqtt {

CallId DeviceCalls::next_id() {
  last_id_ = last_id_ == 0xffffffffU ? 1 : last_id_ + 1;
  return {last_id_};
}

void DeviceCalls::open(CallId id, const Question& question, Instant deadline, CallDone done) {
  ensure(has_room());
  ensure(open_.emplace(id, Open{question, deadline, std::move(done)}).second);
  by_deadline_.emplace(std::pair{deadline, id}, question.device);
}

bool DeviceCalls::answer(DeviceIndex device, CallKind kind, CallId id, std::int32_t code, std::string_view payload) {
  const auto at = open_.find(id);
  if (at == open_.end() || at->second.question.device != device || at->second.question.kind != kind) return false;
  finished_.emplace_back(std::move(at->second.done),
                         CallOutcome{.id = id, .status = CallStatus::answered, .code = code, .payload = std::string(payload)});
  by_deadline_.erase({at->second.deadline, id});
  open_.erase(at);
  return true;
}

void DeviceCalls::give_up(CallId id, CallStatus status, CallDone done) {
  finished_.emplace_back(std::move(done), CallOutcome{.id = id, .status = status, .code = 0, .payload = {}});
}

void DeviceCalls::expire(Instant now) {
  while (!by_deadline_.empty() && by_deadline_.begin()->first.first <= now) {
    const CallId id = by_deadline_.begin()->first.second;
    by_deadline_.erase(by_deadline_.begin());
    const auto at = open_.find(id);
    give_up(id, CallStatus::timed_out, std::move(at->second.done));
    open_.erase(at);
  }
}

Instant DeviceCalls::next_deadline() const {
  if (!finished_.empty()) return settled_at_;
  return by_deadline_.empty() ? kNever : by_deadline_.begin()->first.first;
}

/// Only what is finished now: one that is called back may ask again, and that is for the next step.
void DeviceCalls::settle(const Turn& turn) {
  settled_at_ = turn.now;
  for (std::size_t left = finished_.size(); left > 0; --left) {
    const auto [done, outcome] = std::move(finished_.front());
    finished_.pop_front();
    if (done) done(outcome, turn);
  }
}

}  // namespace fleetsim::platform::mqtt
