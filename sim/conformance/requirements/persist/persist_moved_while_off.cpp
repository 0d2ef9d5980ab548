#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/persist/list.hpp"

namespace fleetsim::sim {

Requirement requirement::persist_moved_while_off() {
  return {.id = "PERSIST-03",
          .level = Level::must,
          .text = "finds its new place when it was moved while it had no power",
          .clause = {"field practice: BD-PERSIST; Distribute devices, device connection",
                     "a device that heard no notify is turned away at its old place, and the bootstrap knows the new one"},
          .needs = needs::power,
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.cut_power();
            exam.wait(std::chrono::minutes{1});  // the platform may hold its link still
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            evidence::turn_away(exam, 0);
            exam.wait(std::chrono::minutes{1});
            exam.power_on();
            evidence::expect_back(exam, 1, told);
          }};
}

}  // namespace fleetsim::sim
