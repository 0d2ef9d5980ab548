#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_resumption.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_session_verified() {
  return {.id = "TLS-32",
          .level = Level::must,
          .text = "looks at the certificate of a server that does not resume the session which the device offers",
          .clause = {"RFC 8446 §4.4.2.4; RFC 5246 §7.4.2", "a session to resume proves something only when it is resumed"},
          .needs = needs::power | needs::tls,
          .lasts = std::chrono::minutes{12},
          .examine = [](Exam& exam) {
            const SeenLink* const next = tls_resumption::offer_in_vain(exam, [&] {
              exam.heal();
              tls_words::spoil(exam, device::Leg::mqtt, "tls_unknown_ca", exam.bound_at());
            });
            if (next == nullptr) return;
            const auto links = tls_words::await_spoken(exam, device::Leg::mqtt, next->opening_at, 1);
            if (links.empty()) return;
            if (tls_words::expect_broken_off(exam, links, "a session to offer and a certificate of a CA that it does not know"))
              tls_words::expect_nothing_said(exam, links);
          }};
}

}  // namespace fleetsim::sim
