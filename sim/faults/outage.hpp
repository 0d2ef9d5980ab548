// An endpoint that is not there: it refuses, or its host has gone and nobody answers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "sim/faults/fault.hpp"

namespace fleetsim::sim {

enum class OutageShape : std::uint8_t { refused, unanswered };
inline constexpr std::string_view outage_shapes[] = {"refused", "unanswered"};

class Outage final : public Fault {
 public:
  explicit Outage(const FaultArguments& arguments) : shape_(static_cast<OutageShape>(arguments.whole("how"))) {}

  OpenFate open(const LinkMoment&, RandomStream&) const override {
    return {.kind = shape_ == OutageShape::refused ? OpenFate::Kind::refused : OpenFate::Kind::unanswered};
  }
  SegmentFate segment(const LinkMoment&, const Segment&, FaultMemory&, RandomStream&) const override {
    return {.lost = shape_ == OutageShape::unanswered};
  }
  /// Its processes end, and their links with them; a host that has gone tells nobody.
  LinkEnding ending(const LinkPlace& place, const FaultWindow& window) const override {
    if (shape_ == OutageShape::unanswered) return {};
    return {.at = std::max(place.opened_at, window.from), .how = SegmentFate::End::reset};
  }

 private:
  OutageShape shape_;
};

}  // namespace fleetsim::sim
