#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_self_signed_https() {
  return {.id = "TLS-09",
          .level = Level::must,
          .text = "breaks the handshake of the HTTPS leg off when the server shows a certificate that is signed by its own key",
          .clause = {"RFC 5280 §6.1; AWS IoT Device Advisor, TLS_Unsecure_Server_Cert",
                     "whoever vouches for itself has nobody who vouches for it"},
          .needs = needs::power | needs::tls,
          .examine = [](Exam& exam) {
            tls_words::expect_refused(exam, device::Leg::bootstrap, "tls_self_signed", "a certificate that is signed by its own key");
          }};
}

}  // namespace fleetsim::sim
