#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/move/list.hpp"

namespace fleetsim::sim {

Requirement requirement::move_holds_there() {
  return {.id = "MQTT-MOVE-11",
          .level = Level::must,
          .text = "holds its session at the new place for an hour, idle",
          .clause = {"MQTT 3.1.1 §3.1.2.10", "keep-alive begins anew with each link"},
          .lasts = std::chrono::minutes{65},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            const SeenLink* const fresh = exam.await_online_at(1, told, exam.patience().recovery);
            if (fresh == nullptr) return exam.inconclusive("the device did not move");
            const std::uint32_t connection = fresh->connection;
            exam.wait(std::chrono::hours{1});
            const SeenLink& link = *evidence::mqtt_link(exam, connection);
            exam.expect(!link.is_over(), "the same link after an hour",
                        "it ended after " + seconds_words(link.ended_at - link.accepted_at()));
          }};
}

}  // namespace fleetsim::sim
