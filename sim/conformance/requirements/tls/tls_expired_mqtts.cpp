#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_expired_mqtts() {
  return {
      .id = "TLS-02",
      .level = Level::must,
      .text = "breaks the handshake of the MQTT leg off when the server shows a certificate that has expired",
      .clause = {"RFC 5280 §6.1.3; AWS IoT Device Advisor, TLS_Expired_Server_Cert", "a certificate whose time is over proves nothing"},
      .needs = needs::power | needs::tls,
      .examine = [](Exam& exam) { tls_words::expect_refused(exam, device::Leg::mqtt, "tls_expired", "a certificate that has expired"); }};
}

}  // namespace fleetsim::sim
