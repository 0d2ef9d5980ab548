#include <algorithm>
#include <string>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_patience() {
  return {.id = "TLS-19",
          .level = Level::must,
          .text = "waits a second or more between two handshakes that it breaks off, and longer as it goes on",
          .clause = {"field practice: AWS IoT Device Advisor, back-off; BD-RETRY",
                     "a handshake costs a server more than anything else, and all devices fail it together"},
          .needs = needs::power | needs::tls,
          .lasts = std::chrono::minutes{10},
          .examine = [](Exam& exam) {
            tls_words::spoil(exam, device::Leg::bootstrap, "tls_expired");
            exam.power_on();
            exam.wait(std::chrono::minutes{10});
            const auto links = tls_words::spoken(exam, device::Leg::bootstrap);
            const auto is_handshake = [](const SeenLink* link) { return link->tls->offered() != nullptr; };
            const auto first_half = std::count_if(links.begin(), links.end(), is_handshake);
            if (first_half < 3) return exam.inconclusive("it began fewer than three handshakes in ten minutes");
            if (!evidence::expect_no_hot_loop(exam, device::Leg::bootstrap, Instant{}, 3)) return;
            exam.expect(first_half <= 60, "at most 60 handshakes in ten minutes", std::to_string(first_half));
          }};
}

}  // namespace fleetsim::sim
