// delete_devices, disable_devices, enable_devices: users take devices off the platform's list, shut them out, or let them in again.
#include <fmt/format.h>

#include "sim/steps/steps.hpp"

namespace fleetsim::sim {
namespace {

std::string_view past_tense_of(DeviceChange change) {
  switch (change) {
    case DeviceChange::deleted:
      return "deleted";
    case DeviceChange::disabled:
      return "disabled";
    case DeviceChange::enabled:
      return "enabled";
  }
  return {};
}

}  // namespace

void change_devices(const ChangeDevicesStep& step, StepHost& host, StepSink& sink) {
  for (const GroupIndex group : host.groups(step.groups)) {
    const WorkCount asked = host.change_devices(group, step);
    if (asked.refused == 0) continue;
    sink.failed(
        fmt::format("{} of {} devices were not {}: {}", asked.refused, asked.asked, past_tense_of(step.change), asked.first_reason));
  }
}

}  // namespace fleetsim::sim
