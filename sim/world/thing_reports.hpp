// What devices tell of themselves when a report step says so: properties, shadow, tags, an event. Each message waits for the platform's
// answer, or for the end of its connection.
//
//   reports.set(group, step);  reports.order(slot, cell);
//   reports.on_report(slot, cell, event);   // from the device
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "devicecore/io.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/device_traffic.hpp"

namespace fleetsim::sim {

struct DeviceCell;
class Observer;

/// Messages that the step makes one device send.
std::uint32_t things_in(const ReportStep& step);

class ThingReports {
 public:
  ThingReports(std::size_t groups, Observer& observer, TrafficHost& host) : groups_(groups), observer_(observer), host_(host) {}

  void set(std::uint16_t group, const ReportStep& step, std::int64_t unix_ms);
  void order(std::uint32_t slot, DeviceCell& cell);
  void on_report(std::uint32_t slot, const DeviceCell& cell, const device::Event& event);
  /// The device is switched off.
  void drop(std::uint32_t slot, const DeviceCell& cell);

 private:
  struct Texts {
    std::string properties;
    std::string shadow;
    std::string tags;
    std::string event;
    std::string event_params;
    std::uint32_t messages = 0;
  };
  struct Pending {
    std::vector<device::Token> open;
    std::uint32_t shadow_version = 0;  // grows, so that the platform takes each update
  };

  device::Token open(Pending& pending);
  void refused(const DeviceCell& cell, std::string_view why, std::uint32_t count);

  std::vector<Texts> groups_;
  std::unordered_map<std::uint32_t, Pending> pending_;  // by slot
  Observer& observer_;
  TrafficHost& host_;
  std::uint32_t sequence_ = 0;
};

}  // namespace fleetsim::sim
