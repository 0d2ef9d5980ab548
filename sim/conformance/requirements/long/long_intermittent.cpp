#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/long/list.hpp"

namespace fleetsim::sim {

Requirement requirement::long_intermittent() {
  return {
      .id = "LONG-03",
      .level = Level::must,
      .text = "comes back again and again while its links end after 20 s, for 6 hours",
      .clause = {"AWS IoT Device Advisor, MQTT_Long_Duration: INTERMITTENT_CONNECTIVITY",
                 "a device lives with a network that comes and goes"},
      .needs = needs::network,
      .lasts = std::chrono::minutes{400},
      .examine = [](Exam& exam) {
        if (!exam.comes_online()) return;
        exam.inject("reset_peer", {{"timeout", 20'000'000}}, [](FaultSpec& fault) { fault.leg = FaultLeg::mqtt; });
        for (int hour = 1; hour <= 6; ++hour) {
          const Instant since = exam.now();
          exam.wait(std::chrono::hours{1});
          std::size_t accepted = 0;
          for (const SeenLink* link : exam.seen().of(device::Leg::mqtt, since)) accepted += link->accepted_at() != kNever ? 1U : 0U;
          if (!exam.expect(accepted >= 6, "online at least 6 times in hour " + std::to_string(hour), std::to_string(accepted) + " times"))
            return;
        }
        exam.heal();
        evidence::expect_back(exam, 0);
      }};
}

}  // namespace fleetsim::sim
