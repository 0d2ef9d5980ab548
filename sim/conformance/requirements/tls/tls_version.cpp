#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_version() {
  return {.id = "TLS-13",
          .level = Level::must,
          .text = "offers TLS 1.2 or newer, and nothing older beside it",
          .clause = {"RFC 8996; RFC 9325 §3.1.1", "TLS 1.0 and 1.1 are no longer to be used"},
          .needs = needs::power | needs::tls,
          .examine = [](Exam& exam) {
            exam.power_on();
            exam.await(exam.patience().online, [&] { return !tls_words::spoken(exam, device::Leg::bootstrap).empty(); });
            exam.wait(std::chrono::seconds{5});
            for (const SeenLink* link : tls_words::all_hellos(exam))
              for (const std::uint16_t version : link->tls->offered()->versions) {
                const bool is_grease = (version & 0x0f0f) == 0x0a0a;  // RFC 8701
                if (!exam.expect(is_grease || version >= tls_1_2, "no version before TLS 1.2",
                                 tls_words::link_name(exam, *link) + " offers " + tls_version_name(version)))
                  return;
              }
          }};
}

}  // namespace fleetsim::sim
