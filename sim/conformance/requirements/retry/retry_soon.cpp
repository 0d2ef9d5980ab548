#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/retry/list.hpp"

namespace fleetsim::sim {

Requirement requirement::retry_soon() {
  return {.id = "RETRY-13",
          .level = Level::should,
          .text = "is back within 30 s of a single lost link",
          .clause = {"field practice: one lost link is everyday life", "a first wait is short"},
          .lasts = std::chrono::minutes{12},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.wait(std::chrono::minutes{10});
            const Instant cut = exam.now();
            evidence::end_sessions(exam);
            const SeenLink* const next = exam.await_online(cut, exam.patience().recovery);
            if (next == nullptr) return exam.inconclusive("it did not come back");
            exam.expect(next->accepted_at() - cut <= std::chrono::seconds{30}, "online within 30 s",
                        seconds_words(next->accepted_at() - cut));
          }};
}

}  // namespace fleetsim::sim
