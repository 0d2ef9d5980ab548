#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/retry/list.hpp"

namespace fleetsim::sim {

Requirement requirement::retry_no_names() {
  return {.id = "RETRY-12",
          .level = Level::must,
          .text = "waits a second or more between attempts while no name can be resolved, and comes back",
          .clause = {"field practice: BD-BOOT-REQ-05", "a resolver that fails at once invites to a hot loop"},
          .needs = needs::network | needs::names,
          .lasts = std::chrono::minutes{15},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.inject("dns_failure");
            const Instant begin = exam.now();
            evidence::end_sessions(exam);
            exam.wait(std::chrono::minutes{10});
            if (!evidence::expect_no_hot_loop(exam, device::Leg::mqtt, begin, 2)) return;
            exam.heal();
            evidence::expect_back(exam, 0);
          }};
}

}  // namespace fleetsim::sim
