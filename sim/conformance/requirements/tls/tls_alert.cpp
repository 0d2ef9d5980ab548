#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_alert() {
  return {.id = "TLS-24",
          .level = Level::should,
          .text = "says with an alert why it breaks a handshake off",
          .clause = {"RFC 5246 §7.2.2; AWS IoT Device Advisor, TLS_Expired_Server_Cert: none is a warning",
                     "who ends a handshake for an error says which, so that the other side's people can mend it"},
          .needs = needs::power | needs::tls,
          .examine = [](Exam& exam) {
            tls_words::spoil(exam, device::Leg::bootstrap, "tls_unknown_ca");
            exam.power_on();
            if (tls_words::await_spoken(exam, device::Leg::bootstrap, Instant{}, 2).empty()) return;
            const Instant off = exam.now();
            exam.power_off();
            exam.wait(std::chrono::seconds{10});  // what is on its way arrives
            const auto links = tls_words::spoken(exam, device::Leg::bootstrap);
            std::size_t hidden = 0;
            std::size_t judged = 0;
            for (const SeenLink* link : links) {
              if (!tls_words::is_shown_certificate(*link)) continue;  // nor does it break a handshake off that the server ends
              const auto& chosen = link->tls->down.server_hello();
              if (chosen && chosen->version > tls_1_2 && link->tls->up.application_records() > 0 && !tls_words::is_trusted(*link)) {
                ++hidden;  // nobody can tell
                continue;
              }
              if (link->tls->is_done()) return exam.inconclusive("it breaks no handshake off");
              if (!link->is_over() || link->ended_at >= off) continue;  // whom the power left in the middle could say nothing
              ++judged;
              if (!exam.expect(link->tls->refusal() != nullptr, "an alert", tls_words::link_name(exam, *link) + ": none")) return;
            }
            if (judged == 0 && hidden > 0) return exam.not_applicable("it speaks TLS 1.3, where an alert looks like everything else");
            if (judged == 0) exam.inconclusive("no handshake ended in which it was shown a certificate");
          }};
}

}  // namespace fleetsim::sim
