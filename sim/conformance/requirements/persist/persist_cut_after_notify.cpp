#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/persist/list.hpp"

namespace fleetsim::sim {

Requirement requirement::persist_cut_after_notify() {
  return {.id = "PERSIST-04",
          .level = Level::must,
          .text = "gets to the new place when its power is cut as the notify is under way",
          .clause = {"field practice: BD-PERSIST; Distribute devices, device connection", "the order to move cannot be taken back"},
          .needs = needs::power,
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            if (!evidence::await_closely(exam, exam.patience().answer, [&] { return exam.notify_sent(told) != nullptr; }))
              return exam.inconclusive("no notify went down");
            evidence::expect_moved_after_cut(exam, 1);
          }};
}

}  // namespace fleetsim::sim
