// What an event tells beside its name, in one line for people: hosts, reasons, jobs. Never a secret.
//
//   device_event_detail(event)   // "127.0.2.1:1883", "in 4.2 s"
#pragma once

#include <string>

#include "devicecore/device_event.hpp"
#include "platform-mock/core/output.hpp"

namespace fleetsim::sim {

std::string device_event_detail(const device::Event& event);
std::string platform_event_detail(const platform::PlatformEvent& event);

}  // namespace fleetsim::sim
