#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::qos_no_suback() {
  return {.id = "QOS-16",
          .level = Level::should,
          .text = "asks again, or connects anew, when no SUBACK comes",
          .clause = {"AWS IoT Device Advisor, MQTT_Subscribe_Retry_No_Suback", "a subscription that nobody confirmed is asked for again"},
          .wants = wants::subscriptions,
          .examine = [](Exam& exam) {
            exam.misbehave("mqtt_silent", {{"packet", std::string{"suback"}}});
            if (!exam.comes_online()) return;
            exam.wait(std::chrono::seconds{5});
            const std::size_t before = evidence::messages(exam, "SUBSCRIBE", Direction::up).size();
            if (before == 0) return exam.not_applicable("it subscribes to nothing");
            const Instant since = exam.now();
            exam.wait(std::chrono::minutes{2});
            exam.expect(!evidence::messages(exam, "SUBSCRIBE", Direction::up, since).empty(), "SUBSCRIBE again within 2 min", "none");
          }};
}

}  // namespace fleetsim::sim
