#include <algorithm>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::connect_first_and_once() {
  return {.id = "MQTT-CONNECT-04",
          .level = Level::must,
          .text = "begins each link with CONNECT, and sends it once",
          .clause = {"MQTT 3.1.1 [MQTT-3.1.0-1], [MQTT-3.1.0-2]",
                     "CONNECT is the first packet on a link, and a second one is a protocol violation"},
          .needs = needs::traffic,
          .lasts = std::chrono::minutes{6},
          .examine = [](Exam& exam) {
            if (evidence::await_first_connect(exam) == nullptr) return;
            exam.wait(exam.patience().answer);
            evidence::end_sessions(exam);
            exam.wait(std::chrono::minutes{5});
            for (const SeenLink* link : exam.seen().of(device::Leg::mqtt)) {
              const auto up = std::find_if(link->messages.begin(), link->messages.end(),
                                           [](const SeenMessage& one) { return one.direction == Direction::up; });
              if (up == link->messages.end()) continue;
              exam.expect(up->is("CONNECT"), "CONNECT as the first packet of a link", up->message.name);
              exam.expect(link->count("CONNECT", Direction::up) <= 1, "one CONNECT on a link",
                          std::to_string(link->count("CONNECT", Direction::up)));
            }
          }};
}

}  // namespace fleetsim::sim
