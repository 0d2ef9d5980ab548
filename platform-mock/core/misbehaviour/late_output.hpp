// What leaves later than it should: packets that are held back, answers that drip, sessions that end after a while. The platform asks for
// what is due; nothing here reads a clock.
//
//   late.send_at(now + 3s, connection, packet);
//   late.stream(connection, answer, {.start = now, .piece_bytes = 1, .every = {}, .close_after = true});
//   while (const auto due = late.take_due(now)) …    // of one stream a piece a step, so that each is a write of its own
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/counts/limit_kind.hpp"
#include "platform-mock/core/misbehaviour/situations.hpp"
#include "platform-mock/core/output.hpp"

namespace fleetsim::platform::misbehaviour {

class LateOutput {
 public:
  explicit LateOutput(std::size_t held_bytes_max) : held_bytes_max_(held_bytes_max) {}
  /// Where an overflow is counted; null: nowhere. It must outlive this.
  void count(LimitCounts* limits) { limits_ = limits; }

  using Ending = ConnectAnswer::Ending;
  struct Due {
    ConnectionId connection;
    std::vector<std::uint8_t> bytes = {};
    std::optional<Ending> ending = {};  // after the bytes
  };
  struct Flow {
    Instant start{};
    std::size_t piece_bytes = 0;  // 0: all at once
    Duration every{0};
    bool close_after = false;
  };

  // Each is false, and holds nothing, when as many bytes are held as may be: then they go out at once.
  bool send_at(Instant when, ConnectionId connection, ByteView bytes);
  /// What is sent to the connection until then waits behind it, in its order.
  bool send_and_hold(Instant when, ConnectionId connection, ByteView bytes);
  bool stream(ConnectionId connection, ByteView bytes, const Flow& flow);
  /// Adds to what is on its way to the connection, in the same manner. False when nothing is, or has no room.
  bool append(ConnectionId connection, ByteView bytes, std::optional<Ending> ending);
  void end_at(Instant when, ConnectionId connection, Ending ending);

  /// Until when the connection's packets wait; nothing: they do not.
  std::optional<Instant> gate(ConnectionId connection, Instant now);
  bool has_gates() const { return !gates_.empty(); }
  /// Whether anything is on its way to the connection: what follows waits behind it.
  bool sends_to(ConnectionId connection) const;

  /// Begins a step: what take_due() gives from now on was there already.
  void begin_step() { step_begins_at_ = next_number_; }
  std::optional<Due> take_due(Instant now);
  Instant next_deadline() const { return waiting_.empty() ? kNever : waiting_.begin()->first.first; }
  /// The connection is gone.
  void forget(ConnectionId connection);

  std::size_t held_bytes() const { return held_bytes_; }
  /// How often there was no room.
  std::uint64_t overflows() const { return overflows_; }

 private:
  struct Waiting {
    ConnectionId connection;
    std::vector<std::uint8_t> bytes = {};
    std::size_t taken = 0;
    Flow flow = {};
    std::optional<Ending> ending = {};
  };
  bool hold(Instant when, Waiting waiting);

  std::size_t held_bytes_max_;
  LimitCounts* limits_ = nullptr;
  std::map<std::pair<Instant, std::uint64_t>, Waiting> waiting_;  // by time, then by the order in which they came
  std::vector<std::pair<ConnectionId, Instant>> gates_;
  std::uint64_t next_number_ = 0;
  std::uint64_t step_begins_at_ = 0;
  std::size_t held_bytes_ = 0;
  std::uint64_t overflows_ = 0;
};

}  // namespace fleetsim::platform::misbehaviour
