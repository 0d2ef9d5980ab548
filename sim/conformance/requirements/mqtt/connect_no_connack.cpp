#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::connect_no_connack() {
  return {.id = "MQTT-CONNECT-12",
          .level = Level::must,
          .text = "gives a link up on which no CONNACK comes, within a minute, and tries again",
          .clause = {"MQTT 3.1.1 §3.2; field practice: AWS IoT Device Advisor, MQTT connect retries",
                     "a client closes when there is no CONNACK in a reasonable time"},
          .needs = needs::network,
          .lasts = std::chrono::minutes{12},
          .examine = [](Exam& exam) {
            exam.inject("timeout", {}, [](FaultSpec& fault) {
              fault.leg = FaultLeg::mqtt;
              fault.direction = FaultDirection::down;
            });
            if (evidence::await_first_connect(exam) == nullptr) return;
            exam.wait(std::chrono::minutes{10});
            const auto links = exam.seen().of(device::Leg::mqtt);
            const SeenLink& first = *links.front();
            const Duration open = (first.is_over() ? first.ended_at : exam.now()) - first.opening_at;
            // Who waits for a minute closes a little later.
            if (!exam.expect(open <= std::chrono::seconds{62}, "the link closed after a minute at most", "open for " + seconds_words(open)))
              return;
            if (!exam.expect(links.size() >= 2, "another attempt within 10 min", "none")) return;
            exam.heal();
            evidence::expect_back(exam, 0);
          }};
}

}  // namespace fleetsim::sim
