#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/persist/list.hpp"

namespace fleetsim::sim {

Requirement requirement::persist_cut_after_reply() {
  return {.id = "PERSIST-05",
          .level = Level::must,
          .text = "gets to the new place when its power is cut after its reply",
          .clause = {"field practice: BD-PERSIST; Distribute devices, device connection", "what was answered with 200 is to be done"},
          .needs = needs::power,
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            if (!evidence::await_closely(exam, exam.patience().answer, [&] { return exam.published(exam.reply_topic(), told) != nullptr; }))
              return exam.inconclusive("there was no answer");
            evidence::expect_moved_after_cut(exam, 1);
          }};
}

}  // namespace fleetsim::sim
