#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::bootstrap_comes_first() {
  return {.id = "BOOT-REQ-06",
          .level = Level::must,
          .text = "asks the global endpoint before it opens any MQTT link when it comes from the factory",
          .clause = {"Distribute devices, device connection", "a device that knows no endpoint yet asks the global one"},
          .examine = [](Exam& exam) {
            exam.power_on();
            exam.await(exam.patience().online, [&] { return exam.seen().last(device::Leg::mqtt) != nullptr; });
            if (exam.seen().links().empty()) return exam.inconclusive("the device opened no link");
            const SeenLink& first = exam.seen().links().front();
            exam.expect(first.is_bootstrap(), "a bootstrap link first", "an MQTT link");
          }};
}

}  // namespace fleetsim::sim
