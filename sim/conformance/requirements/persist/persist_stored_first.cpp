#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/persist/list.hpp"

namespace fleetsim::sim {

Requirement requirement::persist_stored_first() {
  return {.id = "PERSIST-01",
          .level = Level::should,
          .text = "connects to the endpoint that it kept when it gets power again, without a bootstrap",
          .clause = {"Distribute devices, introduction; LwM2M ETS 1.1 int-7",
                     "the endpoint is written to the device, which then connects by it"},
          .needs = needs::power,
          .lasts = std::chrono::minutes{4},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.wait(std::chrono::minutes{1});
            exam.cut_power();
            exam.wait(std::chrono::minutes{2});
            const Instant since = exam.now();
            exam.power_on();
            if (exam.await_online(since, exam.patience().online) == nullptr) return exam.inconclusive("it did not come back");
            const std::size_t asked = exam.seen().of(device::Leg::bootstrap, since).size();
            exam.expect(asked == 0, "no bootstrap before the CONNECT", std::to_string(asked) + " bootstrap links");
          }};
}

}  // namespace fleetsim::sim
