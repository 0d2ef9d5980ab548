#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_good_again() {
  return {.id = "TLS-18",
          .level = Level::must,
          .text = "comes online by itself once the certificate is right again, whichever leg it was",
          .clause = {"field practice: AWS IoT Device Advisor, troubleshooting: a device goes on trying",
                     "a certificate that was forgotten is renewed, and no device may need a visit for that"},
          .needs = needs::power | needs::tls | needs::reset,
          .lasts = std::chrono::minutes{34},
          .examine = [](Exam& exam) {
            for (const device::Leg leg : {device::Leg::mqtt, device::Leg::bootstrap}) {
              if (!tls_words::is_well(exam)) return;
              if (leg == device::Leg::bootstrap) exam.reset_to_factory();
              tls_words::spoil(exam, leg, "tls_unknown_ca", exam.bound_at());
              const Instant since = exam.now();
              exam.power_on();
              exam.wait(std::chrono::minutes{10});
              const auto links = tls_words::spoken(exam, leg, since);
              if (links.empty() || tls_words::is_trusted(*links.front())) return exam.inconclusive("it breaks no handshake off");
              const Instant right = exam.now();
              exam.heal();
              if (!exam.expect(exam.await_online(right, exam.patience().recovery) != nullptr, "online once the certificate is right again",
                               "not within " + seconds_words(exam.patience().recovery)))
                return;
            }
          }};
}

}  // namespace fleetsim::sim
