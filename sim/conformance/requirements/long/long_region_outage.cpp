#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/long/list.hpp"

namespace fleetsim::sim {

Requirement requirement::long_region_outage() {
  return {
      .id = "LONG-01",
      .level = Level::must,
      .text = "is back when its region was down for 120 min",
      .clause = {"AWS IoT Device Advisor, MQTT_Long_Duration: LONG_SERVER_DISCONNECT", "30 to 120 min without a server, then a reconnect"},
      .needs = needs::network,
      .lasts = std::chrono::minutes{125},
      .examine = [](Exam& exam) {
        if (!exam.comes_online()) return;
        evidence::take_down(exam, 0);
        exam.wait(std::chrono::hours{2});
        exam.heal();
        evidence::expect_back(exam, 0);
      }};
}

}  // namespace fleetsim::sim
