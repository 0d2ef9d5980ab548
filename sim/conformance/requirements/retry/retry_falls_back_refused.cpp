#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/retry/list.hpp"

namespace fleetsim::sim {

Requirement requirement::retry_falls_back_refused() {
  return {.id = "RETRY-07",
          .level = Level::must,
          .text = "asks the bootstrap again when its endpoint keeps refusing its CONNECT",
          .clause = {"field practice: LwM2M ETS 1.1 int-7, fallback to bootstrap", "a place that refuses may have given the device away"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.misbehave("mqtt_connack", {{"code", std::int64_t{5}}});
            const Instant begin = exam.now();
            evidence::end_sessions(exam);
            evidence::await_for_long(exam, std::chrono::hours{1}, [&] { return !exam.bootstrap_requests(begin).empty(); });
            exam.expect(!exam.bootstrap_requests(begin).empty(), "a bootstrap request within an hour", "none");
            exam.heal();
            evidence::expect_back(exam, 0);
          }};
}

}  // namespace fleetsim::sim
