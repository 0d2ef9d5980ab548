#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/move/list.hpp"

namespace fleetsim::sim {

Requirement requirement::move_into_outage() {
  return {.id = "MQTT-MOVE-10",
          .level = Level::must,
          .text = "gets to the new place though that is out of reach for half an hour",
          .clause = {"field practice: AWS IoT Device Advisor, LONG_SERVER_DISCONNECT",
                     "a place that is out of reach is tried until it is there"},
          .needs = needs::network,
          .lasts = std::chrono::minutes{35},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            evidence::take_down(exam, 1);
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
