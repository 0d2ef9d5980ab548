// Questions to devices that are still open: who was asked what under which id, until when, and who waits for the answer. Whoever asked
// is called back at the end of the step that brought the answer, never in the middle of it.
//
//   CallId id = calls.open({.kind = CallKind::rrpc, .device = device}, now + 8s, [](const CallOutcome& outcome, const Turn& turn) { … });
//   calls.answer(device, CallKind::rrpc, id, 200, payload);   // the device has answered
//   calls.expire(now);                                        // next_deadline() has come
//   calls.settle(turn);                                       // the step is over: calls back
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "devicecore/base/time.hpp"
#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/mqtt/turn.hpp"

namespace fleetsim::platform::mqtt {

/// Also the id in the message: a number of 32 bits, never 0.
struct CallId {
  std::uint32_t value = 0;
  friend auto operator<=>(const CallId&, const CallId&) = default;
};

enum class CallKind : std::uint8_t {
  property_set,   // thing/service/property/set, answered by set_reply
  service,        // thing/service/{name}, answered by its _reply
  rrpc,           // rrpc/request/{id}, answered by rrpc/response/{id}; the payload is the caller's
  service_rrpc,   // a service that is waited for: its message over rrpc/request/{id}
  rrpc_on_topic,  // /ext/rrpc/{id}/{name}: the name is a topic of the caller's
};

enum class CallStatus : std::uint8_t {
  answered,
  timed_out,
  not_reached,  // offline, not subscribed, or no room for another call
  malformed,    // params is no JSON object: nothing was sent
};

struct CallOutcome {
  CallId id;
  CallStatus status = CallStatus::answered;
  std::int32_t code = 0;  // the device's; 200 for an RRPC
  std::string payload;    // of an RRPC as it came; else the `data` of the reply as compact JSON
};
using CallDone = std::function<void(const CallOutcome&, const Turn&)>;

class DeviceCalls {
 public:
  /// `open_max`: asked and not answered, of all devices together.
  explicit DeviceCalls(std::size_t open_max) : open_max_(open_max) {}

  struct Question {
    CallKind kind = CallKind::rrpc;
    DeviceIndex device;
  };
  CallId next_id();
  /// False: as many are open as may be.
  bool has_room() const { return open_.size() < open_max_; }
  void open(CallId id, const Question& question, Instant deadline, CallDone done);
  /// False: nobody asked that device that (any more).
  bool answer(DeviceIndex device, CallKind kind, CallId id, std::int32_t code, std::string_view payload);
  /// What was never asked, or has failed: called back at the end of the step like the others.
  void give_up(CallId id, CallStatus status, CallDone done);
  void expire(Instant now);
  Instant next_deadline() const;
  void settle(const Turn& turn);
  std::size_t open_count() const { return open_.size(); }

 private:
  struct Open {
    Question question;
    Instant deadline{};
    CallDone done;
  };

  std::size_t open_max_;
  std::map<CallId, Open> open_;
  std::map<std::pair<Instant, CallId>, DeviceIndex> by_deadline_;
  std::deque<std::pair<CallDone, CallOutcome>> finished_;
  std::uint32_t last_id_ = 0;
  Instant settled_at_{};
};

}  // namespace fleetsim::platform::mqtt
