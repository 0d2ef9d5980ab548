#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::connects() {
  return {.id = "MQTT-CONNECT-01",
          .level = Level::must,
          .text = "comes online from its factory state: the bootstrap tells it where, and the CONNECT there is accepted",
          .clause = {"Distribute devices, device connection",
                     "a device asks the global endpoint first and connects to the address in the answer"},
          .examine = [](Exam& exam) {
            exam.power_on();
            const SeenLink* const link = exam.await_online(Instant{}, exam.patience().online);
            if (link == nullptr) return exam.fail("a CONNECT that is accepted", "none within " + seconds_words(exam.patience().online));
            exam.expect(link->endpoint == 0, "a CONNECT at " + exam.bench().stations()[0].instance + ", where the answer points",
                        "a CONNECT at " + exam.bench().stations()[link->endpoint].instance);
          }};
}

}  // namespace fleetsim::sim
