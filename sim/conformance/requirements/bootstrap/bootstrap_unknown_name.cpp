#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::bootstrap_unknown_name() {
  return {.id = "BOOT-REQ-09",
          .level = Level::must,
          .text = "goes on asking while names lead nowhere, and moves when they do again",
          .clause = {"field practice: DNS fails more often than servers do", "a name that is unknown now need not be so later"},
          .needs = needs::network | needs::names,
          .lasts = std::chrono::minutes{7},
          .examine = [](Exam& exam) {
            if (!bootstrap_words::can_move(exam)) return;
            exam.inject("dns_failure");
            const Instant told = exam.now();
            if (!exam.distribute(bootstrap_words::target)) return;
            exam.wait(std::chrono::minutes{3});
            if (exam.seen().online() != nullptr) return exam.inconclusive("the device did not ask, or was answered in spite of it");
            exam.heal();
            bootstrap_words::expect_arrival(exam, told, "names that led nowhere");
          }};
}

}  // namespace fleetsim::sim
