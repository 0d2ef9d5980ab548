#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_leaf_issuer() {
  return {.id = "TLS-28",
          .level = Level::must,
          .text = "refuses, on both legs, a certificate that was signed by one which is none of a CA",
          .clause = {"RFC 5280 §4.2.1.9 and §6.1.4 (k)",
                     "only a certificate with basicConstraints CA:TRUE may sign others; else each server would be a CA"},
          .needs = needs::power | needs::tls,
          .lasts = std::chrono::minutes{6},
          .examine = [](Exam& exam) {
            tls_words::expect_refused_on_both_legs(exam, "tls_leaf_issuer", "a certificate that another server signed");
          }};
}

}  // namespace fleetsim::sim
