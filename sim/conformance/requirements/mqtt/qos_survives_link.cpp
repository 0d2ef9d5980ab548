#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::qos_survives_link() {
  return {.id = "QOS-13",
          .level = Level::should,
          .text = "publishes again on its next link what had no PUBACK on the one before",
          .clause = {"MQTT 3.1.1 §4.4; field practice: a message is not lost with a link", "QoS 1 is at least once, also over a reconnect"},
          .needs = needs::traffic | needs::network,
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const std::size_t waiting = evidence::leave_unacknowledged(exam);
            if (waiting == 0) return;
            const Instant cut = exam.now();
            evidence::break_link(exam);
            const SeenLink* const next = exam.await_online(cut, exam.patience().recovery);
            if (next == nullptr) return exam.inconclusive("it did not come back");
            evidence::expect_published_again(exam, waiting, next->accepted_at(), "on the next link");
          }};
}

}  // namespace fleetsim::sim
