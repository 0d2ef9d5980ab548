#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_future_mqtts() {
  return {.id = "TLS-04",
          .level = Level::must,
          .text = "breaks the handshake of the MQTT leg off when the server shows a certificate that is not valid yet",
          .clause = {"RFC 5280 §6.1.3", "a certificate proves nothing before its time has come"},
          .needs = needs::power | needs::tls,
          .examine = [](Exam& exam) {
            tls_words::expect_refused(exam, device::Leg::mqtt, "tls_not_yet_valid", "a certificate that is not valid yet");
          }};
}

}  // namespace fleetsim::sim
