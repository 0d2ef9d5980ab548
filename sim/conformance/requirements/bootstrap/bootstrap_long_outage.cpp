#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::bootstrap_long_outage() {
  return {
      .id = "BOOT-REQ-10",
      .level = Level::must,
      .text = "moves within minutes when the global endpoint was out of reach for two hours",
      .clause = {"field practice: a wait that doubles needs a cap", "after an outage the longest wait decides how long a fleet stays away"},
      .needs = needs::network,
      .lasts = std::chrono::minutes{125},
      .examine = [](Exam& exam) {
        if (!bootstrap_words::can_move(exam)) return;
        exam.inject("bootstrap_outage");
        const Instant told = exam.now();
        if (!exam.distribute(bootstrap_words::target)) return;
        exam.wait(std::chrono::hours{2});
        if (exam.seen().online() != nullptr) return exam.inconclusive("the device did not ask, or was answered in spite of it");
        exam.heal();
        bootstrap_words::expect_arrival(exam, told, "two hours without the global endpoint");
      }};
}

}  // namespace fleetsim::sim
