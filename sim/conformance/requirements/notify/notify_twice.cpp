#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/notify/list.hpp"

namespace fleetsim::sim {

Requirement requirement::notify_twice() {
  return {.id = "NOTIFY-04",
          .level = Level::must,
          .text = "a notify that comes twice makes it move once",
          .clause = {"MQTT 3.1.1 §4.3.2", "QoS 1 may deliver a message more than once: the receiver must bear that"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.misbehave("notify_duplicate", {{"copies", std::int64_t{3}}});
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            if (exam.await_online_at(1, told, exam.patience().recovery) == nullptr) return exam.inconclusive("the device did not move");
            exam.wait(std::chrono::minutes{1});
            const std::size_t asked = exam.bootstrap_requests(told).size();
            exam.expect(asked == 1, "one bootstrap request", std::to_string(asked) + " bootstrap requests");
            const std::size_t connects = exam.seen().of(device::Leg::mqtt, told).size();
            exam.expect(connects == 1, "one MQTT link", std::to_string(connects) + " MQTT links");
          }};
}

}  // namespace fleetsim::sim
