#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_no_intermediate() {
  return {.id = "TLS-27",
          .level = Level::must,
          .text = "refuses, on both legs, a certificate that it cannot follow to its CA because an intermediate one is missing",
          .clause = {"RFC 5280 §6.1; RFC 5246 §7.4.2", "a path is verified whole or not at all, and the server has to send it"},
          .needs = needs::power | needs::tls,
          .lasts = std::chrono::minutes{6},
          .examine = [](Exam& exam) {
            tls_words::expect_refused_on_both_legs(exam, "tls_no_intermediate", "a chain without its intermediate CA");
          }};
}

}  // namespace fleetsim::sim
