#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_client_only() {
  return {.id = "TLS-26",
          .level = Level::must,
          .text = "refuses, on both legs, a certificate whose extended key usage is that of a client",
          .clause = {"RFC 5280 §4.2.1.12", "who has such an extension may use its key for what stands there, and for nothing else"},
          .needs = needs::power | needs::tls,
          .lasts = std::chrono::minutes{6},
          .examine = [](Exam& exam) { tls_words::expect_refused_on_both_legs(exam, "tls_client_only", "a certificate for clients only"); }};
}

}  // namespace fleetsim::sim
