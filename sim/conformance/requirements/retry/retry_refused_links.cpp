#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/retry/list.hpp"

namespace fleetsim::sim {

Requirement requirement::retry_refused_links() {
  return {
      .id = "RETRY-10",
      .level = Level::must,
      .text = "waits a second or more between attempts while its endpoint refuses links",
      .clause = {"field practice: AWS IoT Device Advisor, MQTT_Connect_Jitter_Backoff_Retries", "at least a second between two attempts"},
      .needs = needs::network,
      .lasts = std::chrono::minutes{12},
      .examine = [](Exam& exam) {
        if (!exam.comes_online()) return;
        const Instant begin = exam.now();
        evidence::take_down(exam, 0);
        exam.wait(std::chrono::minutes{10});
        evidence::expect_no_hot_loop(exam, device::Leg::mqtt, begin, 3);
      }};
}

}  // namespace fleetsim::sim
