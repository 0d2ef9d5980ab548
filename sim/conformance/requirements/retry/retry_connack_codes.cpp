#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/retry/list.hpp"

namespace fleetsim::sim {

Requirement requirement::retry_connack_codes() {
  return {.id = "RETRY-09",
          .level = Level::must,
          .text = "waits and tries again whatever the code of a refusal, 1 to 5",
          .clause = {"MQTT 3.1.1 §3.2.2.3; field practice: the platform tells little by its codes",
                     "no code means that the device need never come again"},
          .lasts = std::chrono::minutes{60},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            for (std::int64_t code = 1; code <= 5; ++code) {
              exam.misbehave("mqtt_connack", {{"code", code}});
              const Instant begin = exam.now();
              evidence::end_sessions(exam);
              exam.wait(std::chrono::minutes{5});
              if (!evidence::expect_no_hot_loop(exam, device::Leg::mqtt, begin, 2)) return;
              exam.heal();
              if (!evidence::expect_back(exam, 0)) return;
              exam.wait(std::chrono::minutes{2});
            }
          }};
}

}  // namespace fleetsim::sim
