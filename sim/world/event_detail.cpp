#include "sim/world/event_detail.hpp"

#include <fmt/format.h>

#include "sim/report/number_text.hpp"
#include "sim/world/failure_text.hpp"

namespace fleetsim::sim {

/// The words of the event stream, and what only a timeline has room for.
std::string device_event_detail(const device::Event& event) {
  std::string detail;
  const auto add = [&detail](std::string_view text) {
    if (!detail.empty()) detail += ' ';
    detail += text;
  };
  if (!event.host.empty()) add(fmt::format("{}:{}", event.host, event.port));
  if (event.failure == device::Failure::link) add(link_end_name(event.end));
  if (event.failure != device::Failure::none && event.failure != device::Failure::link) add(failure_name(event.failure));
  if (!event.text.empty()) add(event.text);
  if (event.kind == device::EventKind::retry_scheduled)
    add(fmt::format("in {}", seconds_text(static_cast<double>(event.delay.count()) / microseconds_per_second)));
  return detail;
}

std::string platform_event_detail(const platform::PlatformEvent& event) {
  std::string detail(event.reason);
  if (!event.job.empty()) detail += (detail.empty() ? "job " : ", job ") + std::string(event.job);
  return detail;
}

}  // namespace fleetsim::sim
