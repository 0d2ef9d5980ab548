#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::connect_user_name() {
  return {.id = "MQTT-CONNECT-08",
          .level = Level::must,
          .text = "names itself {deviceName}&{productKey}, with a signature of its method's length in hex as password",
          .clause = {"The platform's MQTT-TCP page", "the password is an HMAC in hex: 32 digits of MD5, 40 of SHA-1, 64 of SHA-256"},
          .examine = [](Exam& exam) {
            const SeenMessage* const connect = evidence::await_first_connect(exam);
            if (connect == nullptr) return;
            if (connect->message.reading != Reading::whole)
              return exam.inconclusive("the CONNECT is malformed: " + connect->message.problem);
            const std::string name = exam.candidate().device_name + "&" + exam.candidate().product_key;
            exam.expect(connect->text("username") == name, name, std::string(connect->text("username")));
            const std::string_view id = connect->text("client_id");
            if (id.find("authType=") != std::string_view::npos) return;  // a token is no signature
            std::int64_t digits = 32;
            if (id.find("signmethod=hmacsha1") != std::string_view::npos) digits = 40;
            if (id.find("signmethod=hmacsha256") != std::string_view::npos) digits = 64;
            exam.expect(connect->number("password_bytes") == digits, std::to_string(digits) + " digits of signature",
                        std::to_string(connect->number("password_bytes").value_or(0)));
          }};
}

}  // namespace fleetsim::sim
