#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_resumption.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_session_forgotten() {
  return {.id = "TLS-31",
          .level = Level::must,
          .text = "shakes hands in full with a server that has forgotten the session which the device would resume",
          .clause = {"RFC 5246 §7.3; RFC 5077 §3.1; RFC 8446 §2.2",
                     "whether a session is resumed is for the server to say: else both go through a full handshake"},
          .needs = needs::power | needs::tls,
          .lasts = std::chrono::minutes{12},
          .examine = [](Exam& exam) {
            const SeenLink* const next = tls_resumption::offer_in_vain(exam, [&] { exam.heal(); });
            if (next == nullptr) return;
            exam.expect(exam.await_online(next->opening_at, exam.patience().recovery) != nullptr,
                        "online by a full handshake once the server has forgotten the session",
                        "not within " + seconds_words(exam.patience().recovery));
          }};
}

}  // namespace fleetsim::sim
