#include <string>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/persist/list.hpp"

namespace fleetsim::sim {

Requirement requirement::persist_same_session() {
  return {.id = "PERSIST-16",
          .level = Level::should,
          .text = "does not write to its flash each time that it comes back to where it was",
          .clause = {"field practice: BD-PERSIST, flash wear",
                     "a flash bears some ten thousand writes; a link that breaks every ten minutes has worn it in ten weeks"},
          .needs = needs::flash_writes,
          .lasts = std::chrono::minutes{11},
          .examine = [](Exam& exam) {
            constexpr std::uint64_t sessions = 6;
            if (!exam.comes_online()) return;
            exam.wait(std::chrono::minutes{1});
            const auto before = exam.flash_writes();
            if (!before) return;
            if (*before == 0) return exam.not_applicable("it keeps nothing in flash");
            for (std::uint64_t i = 0; i < sessions; ++i) {
              const Instant cut = exam.now();
              evidence::end_sessions(exam);
              if (exam.await_online(cut, exam.patience().recovery) == nullptr) return exam.inconclusive("it did not come back");
              exam.wait(std::chrono::seconds{70});  // so that each loss of a link is a new one
            }
            const std::uint64_t writes = exam.flash_writes().value_or(0) - *before;
            exam.expect(writes < sessions / 2, "nothing to write: it is where it was",
                        std::to_string(writes) + " writes in " + std::to_string(sessions) + " sessions");
          }};
}

}  // namespace fleetsim::sim
