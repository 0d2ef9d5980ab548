#include <fmt/format.h>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_suites() {
  return {.id = "TLS-14",
          .level = Level::must,
          .text = "offers no cipher suite without encryption or authentication, of export grade, with RC4, DES or 3DES",
          .clause = {"RFC 9325 §4.1; RFC 7465; AWS IoT Device Advisor, TLS_Support_AWS_IoT_Cipher_Suites",
                     "suites of these kinds must not be negotiated, and what is offered may be chosen"},
          .needs = needs::power | needs::tls,
          .examine = [](Exam& exam) {
            exam.power_on();
            exam.await(exam.patience().online, [&] { return !tls_words::spoken(exam, device::Leg::bootstrap).empty(); });
            exam.wait(std::chrono::seconds{5});
            for (const SeenLink* link : tls_words::all_hellos(exam))
              for (const std::uint16_t suite : link->tls->offered()->suites)
                if (!exam.expect(suite_weakness(suite).empty(), "sound suites only",
                                 fmt::format("{} offers 0x{:04x}: {}", tls_words::link_name(exam, *link), suite, suite_weakness(suite))))
                  return;
          }};
}

}  // namespace fleetsim::sim
