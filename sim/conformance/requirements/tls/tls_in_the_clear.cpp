#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_in_the_clear() {
  return {.id = "TLS-23",
          .level = Level::must,
          .text = "never speaks in the clear where TLS is due: neither to a server that does, nor after handshakes that failed",
          .clause = {"Distribute devices, device connection; RFC 9325 §3.2",
                     "a fallback to plain text is all that somebody on the way would wish for"},
          .needs = needs::power | needs::tls,
          .lasts = std::chrono::minutes{8},
          .examine = [](Exam& exam) {
            for (const device::Leg leg : {device::Leg::mqtt, device::Leg::bootstrap}) {
              tls_words::spoil(exam, leg, "tls_plain_text");
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
