#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/retry/list.hpp"

namespace fleetsim::sim {

Requirement requirement::retry_accepted_and_dropped() {
  return {.id = "RETRY-05",
          .level = Level::should,
          .text = "waits longer and longer when a server accepts and drops it at once",
          .clause = {"field practice: AWS IoT Device Advisor, MQTT_Reconnect_Backoff_Retries_On_Server_Disconnect",
                     "only a time that was stable makes waits short again"},
          .lasts = std::chrono::minutes{65},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.misbehave("mqtt_close", {{"at", std::string{"online"}}, {"after", Duration{std::chrono::seconds{1}}}});
            const Instant begin = exam.now();
            evidence::end_sessions(exam);
            exam.wait(std::chrono::hours{1});
            const std::size_t attempts = exam.seen().of(device::Leg::mqtt, begin).size();
            if (attempts < 3) return exam.inconclusive("only " + std::to_string(attempts) + " attempts in an hour");
            exam.expect(attempts <= 240, "at most 240 attempts in an hour of accepting and dropping", std::to_string(attempts));
          }};
}

}  // namespace fleetsim::sim
