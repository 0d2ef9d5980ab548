#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/persist/list.hpp"

namespace fleetsim::sim {

Requirement requirement::persist_many_cuts() {
  return {.id = "PERSIST-10",
          .level = Level::must,
          .text = "comes online after 30 power cuts at odd moments of its start",
          .clause = {"field practice: BD-PERSIST; field practice: a loose contact", "a start that was cut short leaves nothing behind"},
          .needs = needs::power,
          .examine = [](Exam& exam) {
            for (int i = 0; i < 30; ++i) {
              exam.power_on();
              exam.wait(std::chrono::milliseconds{17 * (i + 1)});
              exam.cut_power();
              exam.wait(std::chrono::seconds{3});
            }
            const Instant since = exam.now();  // the platform may hold a dead link still
            exam.power_on();
            evidence::expect_back(exam, 0, since);
          }};
}

}  // namespace fleetsim::sim
