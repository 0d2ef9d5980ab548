#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/move/list.hpp"

namespace fleetsim::sim {

Requirement requirement::move_notify_lost() {
  return {.id = "MQTT-MOVE-07",
          .level = Level::must,
          .text = "finds its new place by the bootstrap when the notify was lost and the old place turns it away",
          .clause = {"Distribute devices, notes; field practice: a QoS 1 message to a device that is away may never come",
                     "after the distribution the old place refuses the device"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.misbehave("mqtt_silent", {{"packet", std::string{"notify"}}});
            if (!exam.distribute(1)) return;
            exam.wait(std::chrono::seconds{5});
            evidence::turn_away(exam, 0);
            evidence::end_sessions(exam);
            evidence::await_for_long(exam, std::chrono::minutes{30}, [&] {
              const SeenLink* const link = exam.seen().online();
              return link != nullptr && link->endpoint == 1;
            });
            const SeenLink* const link = exam.seen().online();
            exam.expect(link != nullptr && link->endpoint == 1, "online at " + exam.bench().stations()[1].instance + " within 30 min",
                        "not there");
          }};
}

}  // namespace fleetsim::sim
