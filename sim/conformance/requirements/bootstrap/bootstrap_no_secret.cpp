#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::bootstrap_no_secret() {
  return {.id = "BOOT-REQ-02",
          .level = Level::must,
          .text = "never sends its device secret, on no link",
          .clause = {"field practice: the secret signs, and is not sent", "whoever reads a secret on the wire is the device from then on"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            exam.await_online_at(1, told, exam.patience().recovery);
            exam.expect(!exam.seen().device_sent(exam.candidate().device_secret), "nowhere the device secret",
                        "it stands in what the device sent");
          }};
}

}  // namespace fleetsim::sim
