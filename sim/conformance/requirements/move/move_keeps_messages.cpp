#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/move/list.hpp"

namespace fleetsim::sim {

Requirement requirement::move_keeps_messages() {
  return {.id = "MQTT-MOVE-08",
          .level = Level::should,
          .text = "publishes at the new place what had no PUBACK at the old one",
          .clause = {"MQTT 3.1.1 §4.3.2; field practice: a move is no reason to lose data", "QoS 1 is at least once"},
          .needs = needs::traffic,
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const std::size_t waiting = evidence::leave_unacknowledged(exam);
            if (waiting == 0) return;
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            if (!exam.await(exam.patience().answer, [&] { return exam.notify_sent(told) != nullptr; }))
              return exam.inconclusive("no notify went down");
            exam.heal();
            const SeenLink* const fresh = exam.await_online_at(1, told, exam.patience().recovery);
            if (fresh == nullptr) return exam.inconclusive("the device did not move");
            evidence::expect_published_again(exam, waiting, fresh->accepted_at(), "at the new place");
          }};
}

}  // namespace fleetsim::sim
