#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/retry/list.hpp"

namespace fleetsim::sim {

Requirement requirement::retry_forgets() {
  return {.id = "RETRY-06",
          .level = Level::should,
          .text = "begins with short waits again after an hour online",
          .clause = {"field practice: back-off is of an outage, not of a life", "an outage that is over does not count for the next"},
          .needs = needs::network,
          .lasts = std::chrono::minutes{95},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            evidence::take_down(exam, 0);
            exam.wait(std::chrono::minutes{30});
            exam.heal();
            if (exam.await_online(Instant{}, exam.patience().recovery) == nullptr)
              return exam.inconclusive("it did not come back from the first outage");
            exam.wait(std::chrono::hours{1});
            const Instant cut = exam.now();
            evidence::end_sessions(exam);
            if (exam.await_online(cut, exam.patience().recovery) == nullptr)
              return exam.inconclusive("it did not come back from the second outage");
            const Duration away = exam.seen().of(device::Leg::mqtt, cut).front()->opening_at - cut;
            exam.expect(away <= std::chrono::seconds{30}, "the first attempt within 30 s", seconds_words(away));
          }};
}

}  // namespace fleetsim::sim
