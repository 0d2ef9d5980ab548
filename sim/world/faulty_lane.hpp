// One direction of a link that faults touch: what is sent goes in, pieces come out when they are due. Segments arrive in their order; a
// lost one is tried again after a time-out that doubles, and those behind it wait. Pure: it reads no clock and knows no socket. Nothing is
// allocated for a segment once a lane has held as much before.
//
//   lane.put(bytes, now, asked);
//   while (auto piece = lane.take_due(now, asked, room)) forward(room, *piece);
//   timer.set(lane.next());
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "sim/faults/fault_set.hpp"

namespace fleetsim::sim {

class FaultyLane {
 public:
  static constexpr std::size_t segment_bytes_max = 1460;  // of Ethernet
  static constexpr Duration first_timeout = std::chrono::milliseconds{200};
  static constexpr Duration timeout_max = std::chrono::seconds{120};
  static constexpr int tries_max = 15;  // as Linux does it; then the link is reset

  /// What a piece is asked of. It outlives the lane.
  struct Asked {
    const FaultSet& faults;
    const LinkPlace& place;
    LinkFaults& memory;
    RandomStream& random;
  };
  struct Piece {
    SegmentFate::End end = SegmentFate::End::none;  // behind the bytes: the link ends here
    bool is_finish = false;                         // the orderly end that the sender wanted
  };

  explicit FaultyLane(Direction direction) : direction_(direction) {}

  void put(ByteView bytes, Instant now, const Asked& asked);
  /// The orderly end, behind everything.
  void finish(Instant now, const Asked& asked);
  /// `bytes` becomes those of the piece; it may have none.
  std::optional<Piece> take_due(Instant now, const Asked& asked, std::vector<std::uint8_t>& bytes);
  /// When to look again.
  Instant next() const;
  bool empty() const { return first_ == segments_.size(); }
  /// What is sent vanishes.
  bool is_held() const { return is_held_; }
  std::size_t waiting_bytes() const { return waiting_bytes_; }

 private:
  struct Segment {
    std::size_t begin = 0;  // of its bytes, among bytes_
    std::size_t size = 0;
    Instant try_at{};
    Instant arrives_at = kNever;  // until it is carried
    Duration timeout = first_timeout;
    int tries = 0;
    SegmentFate::End end = SegmentFate::End::none;
    bool is_finish = false;
  };

  void add(ByteView bytes, bool is_finish, Instant now, const Asked& asked);
  void try_segment(std::size_t at, Instant now, const Asked& asked);
  void carry(std::size_t at, const SegmentFate& fate, Instant now);
  void drop_from(std::size_t at);
  void make_room();

  Direction direction_;
  std::vector<Segment> segments_;  // those before first_ have gone
  std::size_t first_ = 0;
  std::vector<std::uint8_t> bytes_;  // of all of them, in their order
  Instant line_free_at_{};           // of a narrow line
  std::size_t waiting_bytes_ = 0;
  bool is_held_ = false;
  bool is_over_ = false;  // an end is under way: what follows is nobody's
};

}  // namespace fleetsim::sim
