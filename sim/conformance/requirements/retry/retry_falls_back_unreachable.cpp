#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/retry/list.hpp"

namespace fleetsim::sim {

Requirement requirement::retry_falls_back_unreachable() {
  return {.id = "RETRY-08",
          .level = Level::must,
          .text = "asks the bootstrap again when its endpoint is out of reach",
          .clause = {"field practice: LwM2M ETS 1.1 int-7, fallback to bootstrap", "a place that is gone may have moved"},
          .needs = needs::network,
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant begin = exam.now();
            evidence::take_down(exam, 0);
            evidence::await_for_long(exam, std::chrono::hours{1}, [&] { return !exam.bootstrap_requests(begin).empty(); });
            exam.expect(!exam.bootstrap_requests(begin).empty(), "a bootstrap request within an hour", "none");
            exam.heal();
            evidence::expect_back(exam, 0);
          }};
}

}  // namespace fleetsim::sim
