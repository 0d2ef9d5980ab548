#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::connect_protocol() {
  return {.id = "MQTT-CONNECT-02",
          .level = Level::must,
          .text = "names protocol MQTT at level 4 in its CONNECT",
          .clause = {"MQTT 3.1.1 §3.1.2.1, §3.1.2.2", "the name is MQTT in capitals, the level of 3.1.1 is 4"},
          .examine = [](Exam& exam) {
            const SeenMessage* const connect = evidence::await_first_connect(exam);
            if (connect == nullptr) return;
            constexpr std::string_view head("\x00\x04MQTT\x04", 7);
            const std::string_view bytes = text_of(connect->bytes);
            exam.expect(bytes.find(head) != std::string_view::npos && bytes.find(head) <= 5, "protocol name MQTT and level 4",
                        connect->message.summary);
          }};
}

}  // namespace fleetsim::sim
