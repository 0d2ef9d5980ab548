#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_wide_wildcard() {
  return {.id = "TLS-29",
          .level = Level::must,
          .text = "refuses, on both legs, a certificate whose wildcard would have to stand for two labels",
          .clause = {"RFC 6125 §6.4.3", "a wildcard stands for the one label at its place: *.example.com is not a.b.example.com"},
          .needs = needs::power | needs::tls,
          .lasts = std::chrono::minutes{6},
          .examine = [](Exam& exam) { tls_words::expect_refused_on_both_legs(exam, "tls_wide_wildcard", "a wildcard for two labels"); }};
}

}  // namespace fleetsim::sim
