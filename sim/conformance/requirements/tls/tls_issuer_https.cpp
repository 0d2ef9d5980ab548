#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_issuer_https() {
  return {.id = "TLS-07",
          .level = Level::must,
          .text = "breaks the handshake of the HTTPS leg off when the server shows a certificate of a CA that the device does not know",
          .clause = {"RFC 5280 §6.1; AWS IoT Device Advisor, TLS_Unsecure_Server_Cert",
                     "a chain proves something only when it ends at what the device trusts"},
          .needs = needs::power | needs::tls,
          .examine = [](Exam& exam) {
            tls_words::expect_refused(exam, device::Leg::bootstrap, "tls_unknown_ca",
                                      "a certificate of a CA that the device does not know");
          }};
}

}  // namespace fleetsim::sim
