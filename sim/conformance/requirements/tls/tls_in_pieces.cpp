#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_in_pieces() {
  return {.id = "TLS-22",
          .level = Level::must,
          .text = "understands a handshake whose records come in pieces of a few bytes",
          .clause = {"RFC 5246 §6.2.1; AWS IoT Device Advisor, TLS_Large_Size_Server_Cert",
                     "TCP carries a stream: where a read ends says nothing about records"},
          .needs = needs::power | needs::tls,
          .lasts = std::chrono::minutes{6},
          .examine = [](Exam& exam) {
            if (!tls_words::is_well(exam)) return;
            exam.misbehave("tls_in_pieces");
            const Instant since = exam.now();
            exam.power_on();
            if (!exam.await(exam.patience().online, [&] { return !tls_words::spoken(exam, device::Leg::mqtt, since).empty(); }))
              return exam.inconclusive("it began no handshake");
            exam.expect(exam.await_online(since, exam.patience().recovery) != nullptr, "online, when the server says seven bytes at a time",
                        "not within " + seconds_words(exam.patience().recovery));
          }};
}

}  // namespace fleetsim::sim
