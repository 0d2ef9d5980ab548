#include "sim/world/run_recorder.hpp"

#include <charconv>
#include <fmt/format.h>
#include <utility>

#include "sim/report/number_text.hpp"
#include "sim/scenario/device_naming.hpp"
#include "sim/world/event_detail.hpp"
#include "sim/world/failure_text.hpp"

namespace fleetsim::sim {
namespace {

std::optional<std::uint32_t> position_named(std::string_view text) {
  std::uint32_t position = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), position);
  return failed == std::errc{} && end == text.data() + text.size() ? std::optional{position} : std::nullopt;
}

}  // namespace

Result<std::uint32_t, RunError> find_device(const Scenario& scenario, const Roster& roster, std::string_view wanted) {
  std::optional<std::uint32_t> found;
  for (std::size_t i = 0; i < roster.devices.size(); ++i) {
    if (!names_device(wanted, roster.product_key(i), roster.device_name(i))) continue;
    if (found)
      return fail(RunError{fmt::format("more than one device is called {}", wanted),
                           fmt::format("say {} or {}", roster.full_name(*found), roster.full_name(i))});
    found = static_cast<std::uint32_t>(i);
  }
  if (!found) found = position_named(wanted);
  if (!found || *found >= roster.devices.size())
    return fail(RunError{fmt::format("the scenario has no device {}", wanted),
                         roster.devices.empty() ? std::string{}
                                                : fmt::format("it has {} devices, from {} to {}; a number is a position among them, from 0",
                                                              count_text(roster.devices.size()), roster.full_name(0),
                                                              roster.full_name(roster.devices.size() - 1))});
  const FleetGroup& group = scenario.groups[roster.devices[*found].group];
  if (!group.behind.empty())
    return fail(RunError{fmt::format("device {} has no link of its own", wanted),
                         fmt::format("it speaks through a gateway of group {}: replay that one", group.behind)});
  return *found;
}

/// One for all threads: what it does with a device that is not chosen is one look-up, for the others there is a lock.
class RunRecorder::Side final : public SideTap {
 public:
  explicit Side(RunRecorder& owner) : owner_(owner) {}
  void on_wire(const WireEvent& event) override { owner_.recorder_.on_wire(event); }
  void on_kept_back(const WireEvent& event) override { owner_.keep_back(event); }
  void on_device_event(std::uint32_t device, const device::Event& event, Instant now) override {
    if (owner_.recorder_.wants(device)) owner_.note_device(device, event, now);
  }
  void on_platform_event(const platform::PlatformEvent& event, Instant now) override { owner_.note_platform(event, now); }

 private:
  RunRecorder& owner_;
};

RunRecorder::RunRecorder(const std::vector<std::uint32_t>& positions, RecorderLimits limits)
    : recorder_(positions, limits), side_(std::make_unique<Side>(*this)) {
  for (const std::uint32_t position : positions) chosen_[position];
}

RunRecorder::~RunRecorder() = default;

void RunRecorder::begin(const RunRuntime& runtime, const Roster& roster, std::size_t) {
  const Scenario& scenario = *runtime.scenario;
  head_.scenario = scenario.name;
  head_.seed = scenario.seed;
  head_.endpoints.clear();
  for (const platform::InstanceConfig& instance : scenario.platform.instances) head_.endpoints.emplace_back(instance.id.view());
  for (auto& [position, chosen] : chosen_) {
    if (position >= roster.devices.size()) continue;
    chosen = {std::string(roster.product_key(position)), roster.device_name(position), scenario.groups[roster.devices[position].group].name,
              roster.devices[position].address};
  }
}

SideTap* RunRecorder::device_side(std::size_t) { return side_.get(); }
SideTap* RunRecorder::platform_side() { return side_.get(); }

TimelineHead RunRecorder::head(std::uint32_t position) const {
  TimelineHead head = head_;
  head.position = position;
  if (const auto found = chosen_.find(position); found != chosen_.end()) {
    head.device = found->second.product_key + "/" + found->second.device_name;
    head.group = found->second.group;
  }
  return head;
}

void RunRecorder::note(std::uint32_t position, Instant at, std::string kind, std::string detail) {
  recorder_.note({.at = at, .device = position, .side = EventSide::run, .kind = std::move(kind), .detail = std::move(detail)});
}

/// The network that never saw it has given it no place.
void RunRecorder::keep_back(WireEvent event) {
  if (!recorder_.wants(event.device)) return;
  event.device_address = chosen_.find(event.device)->second.address;
  recorder_.on_kept_back(event);
}

void RunRecorder::note_device(std::uint32_t device, const device::Event& event, Instant now) {
  recorder_.note({.at = now,
                  .device = device,
                  .side = EventSide::device,
                  .kind = std::string(event_name(event.kind)),
                  .detail = device_event_detail(event),
                  .code = event.code});
}

void RunRecorder::note_platform(const platform::PlatformEvent& event, Instant now) {
  if (event.device_name.empty()) return;
  for (const auto& [position, chosen] : chosen_) {
    if (event.device_name != chosen.device_name || event.product_key != chosen.product_key) continue;
    recorder_.note({.at = now,
                    .device = position,
                    .side = EventSide::platform,
                    .kind = std::string(platform::event_name(event.kind)),
                    .detail = platform_event_detail(event),
                    .instance = std::string(event.instance),
                    .code = event.code});
  }
}

void RunRecorder::RunNotes::write(std::vector<RunEvent>&& batch) {
  for (const RunEvent& event : batch) {
    if (event.side != EventSide::run) continue;
    for (const auto& [position, chosen] : owner_.chosen_)
      owner_.recorder_.note({.at = event.at, .device = position, .side = EventSide::run, .kind = event.kind, .detail = event.detail});
  }
}

}  // namespace fleetsim::sim
