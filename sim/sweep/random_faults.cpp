#include "sim/sweep/random_faults.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/faults/list.hpp"
#include "sim/random.hpp"
#include "sim/sweep/drawn_rules.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::int64_t a_ms = 1'000;
constexpr std::int64_t a_second = 1'000 * a_ms;

/// A setting of a kind, drawn evenly in steps from `least` to `most`; of shares in percent.
struct DrawnSetting {
  std::string_view name;
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::int64_t step = 1;
};
struct DrawnKind {
  std::string_view name;
  std::array<DrawnSetting, 4> settings{};
  std::optional<DrawnRules> rules{};  // of misbehaviour
};

// Bad enough to break things, not so bad that nothing goes on: a device gives a try up after ten seconds. A kind with two rows has settings
// that do not go together.
constexpr std::array<DrawnKind, 25> drawn_kinds = {{
    {"latency", {{{"latency", 50 * a_ms, 4 * a_second, 50 * a_ms}, {"jitter", 0, a_second, 50 * a_ms}, {"distribution", 0, 1}}}},
    {"jitter", {{{"jitter", 50 * a_ms, 2 * a_second, 50 * a_ms}, {"distribution", 0, 1}}}},
    {"loss", {{{"loss", 5, 60, 5}}}},
    {"loss", {{{"p", 1, 20}, {"r", 10, 80, 5}, {"1-h", 50, 100, 5}, {"1-k", 0, 5}}}},  // in bursts: Gilbert-Elliott
    {"bandwidth", {{{"rate", 50, 2'000, 50}}}},
    {"reset_peer", {{{"timeout", 0, 20 * a_second, 100 * a_ms}}}},
    {"timeout", {{{"timeout", 0, 30 * a_second, a_second}}}},
    {"slow_close", {{{"delay", 100 * a_ms, 15 * a_second, 100 * a_ms}}}},
    {"slicer", {{{"average_size", 17, 64}, {"size_variation", 0, 16}, {"delay", 0, 200 * a_ms, 10 * a_ms}}}},
    {"slicer", {{{"average_size", 1, 16}, {"delay", 0, 10 * a_ms, a_ms}}}},  // a packet's header in pieces
    {"limit_data", {{{"bytes", 1, 1'500}}}},
    {"partition", {}},
    {"region_down", {{{"how", 0, 1}}}},
    {"bootstrap_outage", {{{"how", 0, 1}}}},
    {"dns_failure", {}},
    {"clock_skew", {{{"ppm", -50'000, 50'000, 1'000}, {"spread", 0, 20'000, 1'000}}}},
    {"clock_jump", {{{"by", -60 * a_second, 60 * a_second, a_second}, {"spread", 0, 10 * a_second, a_second}}}},
    {"power_cut", {{{"probability", 1, 25}, {"at", 0, 2}, {"off", 500 * a_ms, 10 * a_second, 500 * a_ms}, {"writes", 0, 1}}}},
    {"platform_crash", {{{"downtime", 500 * a_ms, 20 * a_second, 500 * a_ms}}}},
    {"duplicate_notify", {{{"copies", 2, 5}}}},
    {"late_notify", {{{"delay", 100 * a_ms, 10 * a_second, 100 * a_ms}}}},
    {"stale_endpoint", {}},
    {"misbehaviour", {}, DrawnRules::bootstrap},
    {"misbehaviour", {}, DrawnRules::session},
    {"misbehaviour", {}, DrawnRules::notify},
}};

class FaultDrawer {
 public:
  FaultDrawer(const Scenario& scenario, std::uint64_t seed)
      : scenario_(scenario), wish_(*scenario.random_faults), random_(RandomStream::fork(seed, "random faults", 0)) {
    for (const DrawnKind& kind : drawn_kinds) {
      const bool is_wanted = wish_.kinds.empty() || std::find(wish_.kinds.begin(), wish_.kinds.end(), kind.name) != wish_.kinds.end();
      if (is_wanted) kinds_.push_back(&kind);
    }
  }

  std::vector<FaultSpec> draw() {
    std::vector<FaultSpec> faults;
    if (kinds_.empty()) return faults;
    const std::uint32_t count = wish_.at_least + random_.below(wish_.at_most - wish_.at_least + 1);
    for (std::uint32_t n = 1; n <= count; ++n) {
      const DrawnKind& kind = *kinds_[random_.below(static_cast<std::uint32_t>(kinds_.size()))];
      faults.push_back(draw_one(kind, *find_fault_kind(kind.name), n));
    }
    return faults;
  }

 private:
  FaultSpec draw_one(const DrawnKind& drawn, const FaultKind& kind, std::uint32_t number) {
    FaultSpec fault{.name = fmt::format("{}-drawn-{}", drawn.name, number), .kind = std::string{drawn.name}};
    for (const DrawnSetting& setting : drawn.settings)
      if (!setting.name.empty()) fault.arguments.push_back({std::string{setting.name}, draw_setting(setting, kind)});
    if (drawn.rules) fault.rule = draw_rule(drawn_rules(*drawn.rules), random_);
    draw_place(fault, kind);
    draw_window(fault);
    if (kind.target == FaultTarget::platform_crash) fault.until = fault_forever;  // it ends when the platform is back
    if (kind.target != FaultTarget::platform_crash) fault.toxicity = share_of(30 + random_.below(71));
    return fault;
  }

  std::int64_t draw_setting(const DrawnSetting& setting, const FaultKind& kind) {
    const auto steps = static_cast<std::uint32_t>((setting.most - setting.least) / setting.step + 1);
    const std::int64_t value = setting.least + setting.step * random_.below(steps);
    for (const FaultParameter& parameter : kind.parameters)
      if (parameter.name == setting.name && parameter.type == FaultValue::share)
        return static_cast<std::int64_t>(share_of(static_cast<std::uint32_t>(value)));
    return value;
  }

  void draw_place(FaultSpec& fault, const FaultKind& kind) {
    const bool one_group = kind.target != FaultTarget::platform_crash && scenario_.groups.size() > 1 && random_.below(3) == 0;
    if (one_group) fault.groups = {scenario_.groups[random_.below(static_cast<std::uint32_t>(scenario_.groups.size()))].name};
    if (kind.target != FaultTarget::link) return;
    if (kind.needs_regions) {
      draw_region(fault);
    } else if (!kind.only_leg) {
      constexpr std::array<FaultLeg, 4> legs = {FaultLeg::both, FaultLeg::both, FaultLeg::bootstrap, FaultLeg::mqtt};
      fault.leg = legs[random_.below(legs.size())];
      if (fault.leg != FaultLeg::bootstrap && random_.below(4) == 0) draw_region(fault);  // its bootstrap endpoint is in none
    }
    constexpr std::array<std::optional<FaultDraw>, 4> draws = {std::nullopt, std::nullopt, FaultDraw::link, FaultDraw::device};
    fault.per = draws[random_.below(draws.size())];
    if (!kind.has_direction) return;
    constexpr std::array<FaultDirection, 4> directions = {FaultDirection::both, FaultDirection::both, FaultDirection::up,
                                                          FaultDirection::down};
    fault.direction = directions[random_.below(directions.size())];
  }

  void draw_region(FaultSpec& fault) {
    const auto& regions = scenario_.platform.regions;
    if (!regions.empty()) fault.regions = {std::string{regions[random_.below(static_cast<std::uint32_t>(regions.size()))].id.view()}};
  }

  /// Whole tenths of a second, so that they read well.
  void draw_window(FaultSpec& fault) {
    constexpr std::int64_t grain = 100 * a_ms;
    const auto whole = static_cast<std::uint32_t>(std::max<std::int64_t>(wish_.over.count() / grain, 10));
    const std::uint32_t from = random_.below(whole * 4 / 5);
    const std::uint32_t length = 1 + random_.below(std::max<std::uint32_t>(whole / 2, 1));
    fault.from = Duration{grain * from};
    fault.until = Duration{grain * std::min(from + length, whole)};
  }

  static std::uint64_t share_of(std::uint32_t percent) { return parts_of_share(static_cast<double>(percent) / 100); }

  const Scenario& scenario_;
  const RandomFaults& wish_;
  RandomStream random_;
  std::vector<const DrawnKind*> kinds_;
};

}  // namespace

std::vector<FaultSpec> draw_faults(const Scenario& scenario, std::uint64_t seed) {
  if (!scenario.random_faults) return {};
  return FaultDrawer(scenario, seed).draw();
}

void settle_random_faults(Scenario& scenario) {
  for (FaultSpec& fault : draw_faults(scenario, scenario.seed)) scenario.faults.push_back(std::move(fault));
  scenario.random_faults.reset();
}

std::vector<std::string_view> drawn_fault_kinds() {
  std::vector<std::string_view> names;
  names.reserve(std::size(drawn_kinds));
  for (const DrawnKind& kind : drawn_kinds)
    if (names.empty() || names.back() != kind.name) names.push_back(kind.name);
  return names;
}

}  // namespace fleetsim::sim
