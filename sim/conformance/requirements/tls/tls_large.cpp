#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_large() {
  return {.id = "TLS-25",
          .level = Level::must,
          .text = "has room for a certificate of 7 KB",
          .clause = {"RFC 5246 §6.2.1; AWS IoT Device Advisor, TLS_Large_Size_Server_Cert",
                     "a record has up to 16 KiB, and nobody promises that a certificate stays as small as it was"},
          .needs = needs::power | needs::tls,
          .lasts = std::chrono::minutes{6},
          .examine = [](Exam& exam) {
            if (!tls_words::is_well(exam)) return;
            exam.misbehave("tls_large");
            const Instant since = exam.now();
            exam.power_on();
            if (!exam.await(exam.patience().online, [&] { return !tls_words::spoken(exam, device::Leg::mqtt, since).empty(); }))
              return exam.inconclusive("it began no handshake");
            exam.expect(exam.await_online(since, exam.patience().recovery) != nullptr, "online, when the certificate has 7 KB",
                        "not within " + seconds_words(exam.patience().recovery));
          }};
}

}  // namespace fleetsim::sim
