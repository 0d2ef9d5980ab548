#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::qos_subscribes_again() {
  return {.id = "QOS-17",
          .level = Level::must,
          .text = "subscribes again after a reconnect when the server has kept no session",
          .clause = {"MQTT 3.1.1 §3.2.2.2; AWS IoT Device Advisor, MQTT_Expired_Persistent_Session",
                     "with session present 0 there are no subscriptions"},
          .wants = wants::subscriptions,
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.wait(std::chrono::seconds{20});
            const std::size_t before = evidence::messages(exam, "SUBSCRIBE", Direction::up).size();
            if (before == 0) return exam.not_applicable("it subscribes to nothing");
            const Instant cut = exam.now();
            evidence::end_sessions(exam);
            const SeenLink* const next = exam.await_online(cut, exam.patience().recovery);
            if (next == nullptr) return exam.inconclusive("it did not come back");
            if (next->first("CONNACK", Direction::down)->flag("session_present") == true) return exam.inconclusive("the session was kept");
            exam.wait(std::chrono::seconds{20});
            const std::size_t after = evidence::messages(exam, "SUBSCRIBE", Direction::up, cut).size();
            exam.expect(after >= before, std::to_string(before) + " SUBSCRIBEs, as the first time", std::to_string(after));
          }};
}

}  // namespace fleetsim::sim
