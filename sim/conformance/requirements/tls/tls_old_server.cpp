#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_old_server() {
  return {.id = "TLS-15",
          .level = Level::must,
          .text = "breaks off with a server that speaks nothing newer than TLS 1.1",
          .clause = {"RFC 8996 §4 and §5", "a hello of a server that chooses TLS 1.0 or 1.1 ends the handshake"},
          .needs = needs::power | needs::tls,
          .examine = [](Exam& exam) {
            tls_words::spoil(exam, device::Leg::mqtt, "tls_old_version");
            const Instant since = exam.now();
            exam.power_on();
            const auto links = tls_words::await_spoken(exam, device::Leg::mqtt, since, 2);
            if (!links.empty()) tls_words::expect_broken_off(exam, links, "a version before TLS 1.2");
          }};
}

}  // namespace fleetsim::sim
