#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/long/list.hpp"

namespace fleetsim::sim {

Requirement requirement::long_idle_day() {
  return {.id = "LONG-05",
          .level = Level::must,
          .text = "is online after a day on which nothing happened, and was so all day",
          .clause = {"AWS IoT Device Advisor, MQTT_Long_Duration: KEEP_ALIVE", "an idle device stays reachable"},
          .lasts = std::chrono::minutes{1500},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant since = exam.now();
            exam.wait(std::chrono::hours{24});
            exam.expect(exam.seen().online() != nullptr, "online", "not online");
            const std::size_t again = exam.seen().of(device::Leg::mqtt, since).size();
            exam.expect(again == 0, "no reconnects in a day", std::to_string(again));
          }};
}

}  // namespace fleetsim::sim
