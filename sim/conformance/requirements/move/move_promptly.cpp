#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/move/list.hpp"

namespace fleetsim::sim {

Requirement requirement::move_promptly() {
  return {.id = "MQTT-MOVE-04",
          .level = Level::must,
          .text = "asks the bootstrap within a minute of a notify with command 0",
          .clause = {"Distribute devices, device connection", "after the notify the device asks the global endpoint for its new place"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            if (!exam.await(exam.patience().answer, [&] { return exam.notify_sent(told) != nullptr; }))
              return exam.inconclusive("no notify went down");
            exam.await(std::chrono::minutes{1}, [&] { return !exam.bootstrap_requests(told).empty(); });
            exam.expect(!exam.bootstrap_requests(told).empty(), "a bootstrap request within a minute of the notify", "none");
          }};
}

}  // namespace fleetsim::sim
