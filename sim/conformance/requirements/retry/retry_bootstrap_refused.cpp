#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/retry/list.hpp"

namespace fleetsim::sim {

Requirement requirement::retry_bootstrap_refused() {
  return {.id = "RETRY-11",
          .level = Level::must,
          .text = "waits a second or more between attempts while the bootstrap endpoint refuses links",
          .clause = {"field practice: no device may hammer a service that is down", "at least a second between two attempts"},
          .needs = needs::network,
          .lasts = std::chrono::minutes{12},
          .examine = [](Exam& exam) {
            exam.inject("bootstrap_outage");
            exam.power_on();
            const Instant begin = exam.now();
            exam.wait(std::chrono::minutes{10});
            if (exam.seen().of(device::Leg::bootstrap, begin).empty()) return exam.not_applicable("it asks no bootstrap");
            if (!evidence::expect_no_hot_loop(exam, device::Leg::bootstrap, Instant{}, 3)) return;
            exam.heal();
            evidence::expect_back(exam, 0);
          }};
}

}  // namespace fleetsim::sim
