// The contract of one fault: its settings, made once and never changed, and what it makes of the moments at which it is asked. Pure
// functions of settings, time, place, a small memory and a random stream. One file each in kinds/, named in the one list, list.cpp;
// README.md tells how to add one.
//
//   class SlowClose final : public Fault {
//     SegmentFate segment(const LinkMoment&, const Segment&, FaultMemory&, RandomStream&) const override { return {.close_delay = delay_};
//     }
//   };
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "devicecore/base/time.hpp"
#include "platform-mock/core/misbehaviour/rule.hpp"
#include "sim/faults/fate.hpp"
#include "sim/faults/fault_arguments.hpp"
#include "sim/faults/fault_spec.hpp"
#include "sim/random.hpp"

namespace fleetsim::sim {

/// From when until when, of the run's time: [from, until).
struct FaultWindow {
  Instant from{};
  Instant until = kNever;
  bool holds(Instant now) const { return from <= now && now < until; }
};

/// A link at a moment at which the fault touches it.
struct LinkMoment {
  const LinkPlace& place;
  Instant now{};
  FaultWindow window{};
  FaultDirection direction{};  // of the fault: an opening goes both ways
};

struct Segment {
  Direction direction{};
  std::size_t bytes = 0;
};

/// What a fault remembers of one direction of one link.
struct FaultMemory {
  std::uint64_t value = 0;
};

/// A device that the fault chose. `draw` is its own: the same at each moment, unlike those of others.
struct DeviceMoment {
  Instant now{};
  FaultWindow window{};
  std::uint64_t draw = 0;
};

/// At which moments of a device its power can go.
enum class PowerMoment : std::uint8_t { step, write };
struct PowerCut {
  std::size_t done = 0;  // of the step's actions, or of the write's bytes: so many were still done
  Duration off{0};       // then it is switched on again
};

class Fault {
 public:
  Fault() = default;
  Fault(const Fault&) = delete;
  Fault& operator=(const Fault&) = delete;
  virtual ~Fault() = default;

  // Of links. A fate that says nothing means that the fault did nothing; those of several faults are combined by fault_set.cpp.
  virtual OpenFate open(const LinkMoment& /*moment*/, RandomStream& /*random*/) const { return {}; }
  virtual SegmentFate segment(const LinkMoment& /*moment*/, const Segment& /*segment*/, FaultMemory& /*memory*/,
                              RandomStream& /*random*/) const {
    return {};
  }
  /// The attempt was neither lost nor held: the segment is on its way.
  virtual void carried(const Segment& /*segment*/, FaultMemory& /*memory*/) const {}
  /// When a link of that place must end though nothing is sent; it is asked long before, and again when faults change.
  virtual LinkEnding ending(const LinkPlace& /*place*/, const FaultWindow& /*window*/) const { return {}; }

  // Of devices.
  /// How far the device's clock is ahead of the world's, from the window's begin on; after its end too.
  virtual Duration clock_offset(const DeviceMoment& /*moment*/) const { return Duration{0}; }
  /// `pieces`: actions of the step, or bytes of the write.
  virtual std::optional<PowerCut> cut(const DeviceMoment& /*moment*/, PowerMoment /*what*/, std::size_t /*pieces*/,
                                      RandomStream& /*random*/) const {
    return std::nullopt;
  }

  // Of the platform.
  /// What it does wrong while the window lasts; whom, how many and how long is filled in by others.
  virtual std::optional<platform::misbehaviour::Rule> rule() const { return std::nullopt; }
  /// It crashes when the window begins, and comes back from its store so long after.
  virtual std::optional<Duration> crash() const { return std::nullopt; }
};

/// What a kind is about: which of the functions above it has.
enum class FaultTarget : std::uint8_t { link, clock, power, platform_rule, platform_crash };

struct FaultKind {
  std::string_view name;
  std::string_view summary;
  std::span<const FaultParameter> parameters = {};
  FaultTarget target = FaultTarget::link;
  // Of links: what a spec may say of where.
  std::optional<FaultLeg> only_leg = {};
  bool has_direction = false;
  bool has_memory = false;
  bool needs_regions = false;
  bool takes_rule = false;  // FaultSpec::rule, and cannot be without
  FaultDraw standard_draw = FaultDraw::link;
  std::unique_ptr<Fault> (*make)(const FaultArguments& arguments) = nullptr;
  /// What is wrong with values that are each right; appends "parameter", "message".
  struct Mistake {
    std::string_view parameter;
    std::string_view message;
  };
  void (*check)(const FaultArguments& arguments, std::vector<Mistake>& mistakes) = nullptr;
};

/// Whether an event that happens with such a share happens now.
inline bool drawn(std::uint64_t share, RandomStream& random) { return share >= share_whole || random.word() < share; }

}  // namespace fleetsim::sim
