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
          .examine = [](Exam& exam) { tls_words::examine_silence(exam, "tls_plain_text"); }};
}

}  // namespace fleetsim::sim
