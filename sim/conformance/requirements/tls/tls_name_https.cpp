#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_name_https() {
  return {.id = "TLS-05",
          .level = Level::must,
          .text = "breaks the handshake of the HTTPS leg off when the server shows a certificate for another host",
          .clause = {"RFC 6125 §6; AWS IoT Device Advisor, TLS_Incorrect_Subject_Name_Server_Cert",
                     "a certificate proves only the hosts that it names"},
          .needs = needs::power | needs::tls,
          .examine = [](Exam& exam) {
            tls_words::expect_refused(exam, device::Leg::bootstrap, "tls_wrong_name", "a certificate for another host");
          }};
}

}  // namespace fleetsim::sim
