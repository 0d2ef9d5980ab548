#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/persist/list.hpp"

namespace fleetsim::sim {

Requirement requirement::persist_without_bootstrap() {
  return {.id = "PERSIST-02",
          .level = Level::should,
          .text = "comes online after a power cut while the bootstrap service is down",
          .clause = {"Distribute devices, introduction", "a device with an endpoint in its flash needs no bootstrap"},
          .needs = needs::power | needs::network,
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.cut_power();
            exam.wait(std::chrono::minutes{2});
            exam.may_never_act("bootstrap_outage");  // who knows its endpoint asks nobody
            exam.inject("bootstrap_outage");
            const Instant since = exam.now();
            exam.power_on();
            exam.expect(exam.await_online(since, exam.patience().online) != nullptr,
                        "online within " + seconds_words(exam.patience().online), "not online");
          }};
}

}  // namespace fleetsim::sim
