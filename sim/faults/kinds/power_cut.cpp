#include "sim/faults/list.hpp"

namespace fleetsim::sim {
namespace {

class PowerCutFault final : public Fault {
 public:
  enum class At : std::uint8_t { step, write, both };
  explicit PowerCutFault(const FaultArguments& arguments)
      : at_(static_cast<At>(arguments.whole("at"))),
        probability_(arguments.share("probability")),
        off_(arguments.duration("off")),
        is_torn_(arguments.whole("writes") == 0) {}

  std::optional<PowerCut> cut(const DeviceMoment&, PowerMoment what, std::size_t pieces, RandomStream& random) const override {
    const At wanted = what == PowerMoment::step ? At::step : At::write;
    if (at_ != At::both && at_ != wanted) return std::nullopt;
    if (!drawn(probability_, random)) return std::nullopt;
    const auto all = static_cast<std::uint32_t>(pieces);
    const bool whole_write = what == PowerMoment::write && !is_torn_;
    return PowerCut{.done = whole_write ? all * random.below(2) : random.below(all + 1), .off = off_};
  }

 private:
  At at_;
  std::uint64_t probability_;
  Duration off_;
  bool is_torn_;
};

}  // namespace

FaultKind fault_kind::power_cut() {
  static constexpr std::string_view moments[] = {"step", "write", "both"};
  static constexpr std::string_view writes[] = {"torn", "whole"};
  static constexpr FaultParameter parameters[] = {
      {.name = "probability",
       .type = FaultValue::share,
       .what = "at each step of a device, or each of its writes",
       .max = static_cast<std::int64_t>(share_whole),
       .is_required = true},
      choice_parameter("at", "between any two actions of a step, within a write to the flash, or both", moments),
      {.name = "off", .type = FaultValue::duration, .what = "until the power is back", .standard = 1'000'000, .max = an_hour_us},
      choice_parameter("writes", "how much of a write has reached the flash: any part, or all or nothing", writes)};
  return {.name = "power_cut",
          .summary = "devices lose their power, and start again from what is in their flash",
          .parameters = parameters,
          .target = FaultTarget::power,
          .standard_draw = FaultDraw::device,
          .make = [](const FaultArguments& arguments) -> std::unique_ptr<Fault> { return std::make_unique<PowerCutFault>(arguments); }};
}

}  // namespace fleetsim::sim
