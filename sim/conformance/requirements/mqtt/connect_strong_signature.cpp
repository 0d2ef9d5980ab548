#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::connect_strong_signature() {
  return {.id = "MQTT-CONNECT-10",
          .level = Level::should,
          .text = "signs with HMAC-SHA-1 or HMAC-SHA-256, not with HMAC-MD5",
          .clause = {"RFC 6151 §2.3; the platform's MQTT-TCP page",
                     "new designs should not use HMAC-MD5; without a signmethod the platform takes MD5"},
          .examine = [](Exam& exam) {
            const SeenMessage* const connect = evidence::await_first_connect(exam);
            if (connect == nullptr) return;
            if (connect->message.reading != Reading::whole)
              return exam.inconclusive("the CONNECT is malformed: " + connect->message.problem);
            const std::string_view id = connect->text("client_id");
            const bool is_strong =
                id.find("signmethod=hmacsha") != std::string_view::npos || id.find("authType=") != std::string_view::npos;
            exam.expect(is_strong, "signmethod=hmacsha256 or hmacsha1", std::string(id));
          }};
}

}  // namespace fleetsim::sim
