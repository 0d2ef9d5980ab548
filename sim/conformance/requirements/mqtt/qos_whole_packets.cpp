#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::qos_whole_packets() {
  return {.id = "QOS-14",
          .level = Level::must,
          .text = "sends packets only that keep the rules of MQTT 3.1.1",
          .clause = {"MQTT 3.1.1 §2, §3", "a server closes the link on a malformed packet"},
          .needs = needs::traffic,
          .lasts = std::chrono::minutes{12},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            evidence::end_sessions(exam);
            exam.wait(std::chrono::minutes{10});
            for (const SeenLink* link : exam.seen().of(device::Leg::mqtt))
              for (const SeenMessage& one : link->messages)
                if (one.direction == Direction::up && !one.is("CONNECT") &&
                    !exam.expect(one.message.reading == Reading::whole, "packets that are whole",
                                 one.message.name + ": " + one.message.problem))
                  return;
          }};
}

}  // namespace fleetsim::sim
