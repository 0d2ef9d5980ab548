#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::bootstrap_link_ends() {
  return {.id = "BOOT-REQ-08",
          .level = Level::should,
          .text = "does not keep the bootstrap link once it has its answer",
          .clause = {"field practice: a link, and its TLS session, cost a device memory and a server a place",
                     "a link that is done with is closed"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.wait(exam.patience().answer);
            const SeenLink* const link = exam.seen().last(device::Leg::bootstrap);
            if (link == nullptr) return exam.inconclusive("the device has no bootstrap link");
            exam.expect(link->is_over(), "the bootstrap link closed",
                        "it is open still, " + seconds_words(exam.patience().answer) + " later");
          }};
}

}  // namespace fleetsim::sim
