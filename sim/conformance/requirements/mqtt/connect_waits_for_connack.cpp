#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::connect_waits_for_connack() {
  return {.id = "MQTT-CONNECT-05",
          .level = Level::should,
          .text = "sends nothing between CONNECT and CONNACK, which is late",
          .clause = {"MQTT 3.1.1 §3.1.4, non-normative", "what is sent before the CONNACK is wasted when the server refuses"},
          .needs = needs::traffic,
          .examine = [](Exam& exam) {
            exam.misbehave("mqtt_late", {{"packet", std::string{"connack"}}, {"delay", Duration{std::chrono::seconds{3}}}});
            if (evidence::await_first_connect(exam) == nullptr) return;
            exam.wait(std::chrono::minutes{1});
            for (const SeenLink* link : exam.seen().of(device::Leg::mqtt)) {
              std::size_t before = 0;
              for (const SeenMessage& message : link->messages) {
                if (message.direction == Direction::down) break;
                if (!message.is("CONNECT") && !message.is("DISCONNECT")) ++before;
              }
              if (!exam.expect(before == 0, "nothing before the CONNACK", std::to_string(before) + " packets")) return;
            }
          }};
}

}  // namespace fleetsim::sim
