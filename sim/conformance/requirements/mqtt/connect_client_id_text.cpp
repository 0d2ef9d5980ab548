#include <algorithm>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::connect_client_id_text() {
  return {.id = "MQTT-CONNECT-07",
          .level = Level::must,
          .text = "sends a client id that is UTF-8 without control characters",
          .clause = {"MQTT 3.1.1 §1.5.3, [MQTT-3.1.3-4]", "text on the wire is UTF-8 without U+0000; a server closes the link otherwise"},
          .examine = [](Exam& exam) {
            const SeenMessage* const connect = evidence::await_first_connect(exam);
            if (connect == nullptr) return;
            exam.expect(connect->message.problem.find("UTF-8") == std::string::npos, "text that is UTF-8", connect->message.problem);
            const std::string_view id = connect->text("client_id");
            exam.expect(std::none_of(id.begin(), id.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }),
                        "no control characters", std::string(id));
          }};
}

}  // namespace fleetsim::sim
