#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_verifies_again() {
  return {.id = "TLS-17",
          .level = Level::must,
          .text = "looks at the certificate of the new place after a move as it did at the first one",
          .clause = {"RFC 5246 §7.4.2; field practice: BD-TLS",
                     "each handshake stands for itself: that the last one was right says nothing of the next"},
          .needs = needs::power | needs::tls,
          .lasts = std::chrono::minutes{5},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.wait(std::chrono::minutes{2});
            tls_words::spoil(exam, device::Leg::mqtt, "tls_unknown_ca", 1);
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            const auto links = tls_words::await_spoken(exam, device::Leg::mqtt, told, 1);
            if (links.empty()) return;
            if (tls_words::expect_broken_off(exam, links, "a certificate of a CA that the device does not know"))
              tls_words::expect_nothing_said(exam, links);
          }};
}

}  // namespace fleetsim::sim
