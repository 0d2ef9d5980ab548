#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::bootstrap_unanswered_link() {
  return {.id = "BOOT-REQ-11",
          .level = Level::must,
          .text = "gives up an opening that nobody answers, and tries again",
          .clause = {"field practice: AWS IoT Device Advisor; a firewall answers nothing", "no wait of a device is without an end"},
          .needs = needs::network,
          .lasts = std::chrono::minutes{6},
          .examine = [](Exam& exam) {
            if (!bootstrap_words::can_move(exam)) return;
            exam.inject("partition", {}, [](FaultSpec& fault) { fault.leg = FaultLeg::bootstrap; });
            const Instant told = exam.now();
            if (!exam.distribute(bootstrap_words::target)) return;
            exam.wait(std::chrono::minutes{3});
            if (exam.seen().online() != nullptr) return exam.inconclusive("the device did not ask, or was answered in spite of it");
            exam.heal();
            bootstrap_words::expect_arrival(exam, told, "3 min without an answer to its openings");
          }};
}

}  // namespace fleetsim::sim
