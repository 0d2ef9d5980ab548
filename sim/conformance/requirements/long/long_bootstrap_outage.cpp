#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/long/list.hpp"

namespace fleetsim::sim {

Requirement requirement::long_bootstrap_outage() {
  return {
      .id = "LONG-02",
      .level = Level::must,
      .text = "comes online from its factory state when the bootstrap service was down for its first 120 min",
      .clause = {"AWS IoT Device Advisor, MQTT_Long_Duration: LONG_SERVER_DISCONNECT", "30 to 120 min without a server, then a connect"},
      .needs = needs::network,
      .lasts = std::chrono::minutes{125},
      .examine = [](Exam& exam) {
        exam.inject("bootstrap_outage", {{"how", 1}});
        exam.power_on();
        exam.wait(std::chrono::hours{2});
        exam.heal();
        evidence::expect_back(exam, 0);
      }};
}

}  // namespace fleetsim::sim
