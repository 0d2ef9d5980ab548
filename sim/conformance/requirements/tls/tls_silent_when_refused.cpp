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
          .examine = [](Exam& exam) { tls_words::examine_silence(exam, "tls_unknown_ca"); }};
}

}  // namespace fleetsim::sim
