#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/move/list.hpp"

namespace fleetsim::sim {

Requirement requirement::move_closes_in_order() {
  return {.id = "MQTT-MOVE-01",
          .level = Level::must,
          .text = "ends its session with a DISCONNECT before it moves",
          .clause = {"MQTT 3.1.1 §3.14", "a client says DISCONNECT before it closes; else the server must publish its will"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const std::uint32_t old = exam.seen().online()->connection;
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            if (exam.await_online_at(1, told, exam.patience().recovery) == nullptr) return exam.inconclusive("the device did not move");
            for (const SeenLink& link : exam.seen().links()) {
              if (link.is_bootstrap() || link.connection != old) continue;
              exam.expect(link.first("DISCONNECT", Direction::up) != nullptr, "DISCONNECT on the old link", "none");
              exam.expect(link.end != SeenEnd::reset_by_device, "an orderly end of the old link", "a reset");
            }
          }};
}

}  // namespace fleetsim::sim
