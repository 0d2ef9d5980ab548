#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/move/list.hpp"

namespace fleetsim::sim {

Requirement requirement::move_without_bootstrap() {
  return {.id = "MQTT-MOVE-09",
          .level = Level::must,
          .text = "gets to the new place though the bootstrap is out of order for half an hour after the notify",
          .clause = {"field practice: BD-RETRY, the storm after an outage; Distribute devices, device connection",
                     "the order to move cannot be taken back, so it must not be lost"},
          .lasts = std::chrono::minutes{35},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.misbehave("bootstrap_status", {{"status", std::int64_t{500}}});
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            if (!exam.await(exam.patience().recovery, [&] { return !exam.bootstrap_requests(told).empty(); }))
              return exam.inconclusive("it did not ask the bootstrap");
            exam.wait(std::chrono::minutes{30});
            exam.heal();
            evidence::expect_back(exam, 1);
          }};
}

}  // namespace fleetsim::sim
