#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/persist/list.hpp"

namespace fleetsim::sim {

Requirement requirement::persist_cut_after_answer() {
  return {.id = "PERSIST-06",
          .level = Level::must,
          .text = "gets to the new place when its power is cut as the bootstrap answers",
          .clause = {"field practice: BD-PERSIST; Distribute devices, device connection",
                     "between the answer and the flash nothing may be lost but time"},
          .needs = needs::power,
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            const auto has_answer = [&] {
              for (const SeenLink* link : exam.seen().of(device::Leg::bootstrap, told))
                if (link->first("200 OK", Direction::down) != nullptr) return true;
              return false;
            };
            if (!evidence::await_closely(exam, exam.patience().recovery, has_answer))
              return exam.inconclusive("it did not ask the bootstrap");
            evidence::expect_moved_after_cut(exam, 1);
          }};
}

}  // namespace fleetsim::sim
