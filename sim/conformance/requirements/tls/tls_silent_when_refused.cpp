#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_silent_when_refused() {
  return {.id = "TLS-11",
          .level = Level::must,
          .text = "sends nothing of its own to a server that it cannot trust: neither who it is nor a message",
          .clause = {"RFC 8446 §4.4.2.4; Distribute devices, device connection",
                     "what cannot be authenticated ends the handshake; credentials are for the platform only"},
          .needs = needs::power | needs::tls,
          .lasts = std::chrono::minutes{8},
          .examine = [](Exam& exam) {
            for (const device::Leg leg : {device::Leg::mqtt, device::Leg::bootstrap}) {
              tls_words::spoil(exam, leg, "tls_unknown_ca");
              const Instant since = exam.now();
              exam.cut_power();
              exam.wait(std::chrono::minutes{2});
              exam.power_on();
              if (leg == device::Leg::mqtt) {
                const auto links = tls_words::await_spoken(exam, leg, since, 2);
                if (links.empty()) return;
                tls_words::expect_nothing_said(exam, links);
              } else if (exam.await(exam.patience().recovery, [&] { return tls_words::spoken(exam, leg, since).size() > 1; })) {
                tls_words::expect_nothing_said(exam, tls_words::spoken(exam, leg, since));
              }
            }
          }};
}

}  // namespace fleetsim::sim
