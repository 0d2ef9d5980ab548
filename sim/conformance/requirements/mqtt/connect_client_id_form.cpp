#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::connect_client_id_form() {
  return {.id = "MQTT-CONNECT-06",
          .level = Level::must,
          .text = "tells securemode and signmethod between bars behind its client id",
          .clause = {"Distribute devices, device connection; the platform's MQTT-TCP page",
                     "a client id is {id}|securemode=…,signmethod=…,…| and the id has at most 64 characters"},
          .examine = [](Exam& exam) {
            const SeenMessage* const connect = evidence::await_first_connect(exam);
            if (connect == nullptr) return;
            if (connect->message.reading != Reading::whole)
              return exam.inconclusive("the CONNECT is malformed: " + connect->message.problem);
            const std::string_view id = connect->text("client_id");
            const std::size_t bar = id.find('|');
            if (!exam.expect(bar != std::string_view::npos && id.ends_with('|') && bar + 1 < id.size(), "{id}|extras|", std::string(id)))
              return;
            exam.expect(bar <= 64, "at most 64 characters before the extras", std::to_string(bar));
            const std::string extras = "," + std::string(id.substr(bar + 1, id.size() - bar - 2)) + ",";
            exam.expect(extras.find(",securemode=2,") != std::string::npos || extras.find(",securemode=3,") != std::string::npos ||
                            extras.find(",securemode=-2,") != std::string::npos,
                        "securemode 2, 3 or -2", extras);
            exam.expect(extras.find(",signmethod=hmac") != std::string::npos || extras.find(",authType=") != std::string::npos,
                        "a signmethod", extras);
          }};
}

}  // namespace fleetsim::sim
