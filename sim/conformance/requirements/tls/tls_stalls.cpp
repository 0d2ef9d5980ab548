#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_stalls() {
  return {
      .id = "TLS-20",
      .level = Level::must,
      .text = "gives a handshake up that the server never answers, and tries again",
      .clause = {"field practice: BD-BOOT-RSP 11; AWS IoT Device Advisor, TLS_Connect", "every wait ends, also the one within a handshake"},
      .needs = needs::power | needs::tls | needs::reset,
      .lasts = std::chrono::minutes{14},
      .examine = [](Exam& exam) {
        for (const device::Leg leg : {device::Leg::mqtt, device::Leg::bootstrap}) {
          if (!tls_words::is_well(exam)) return;
          if (leg == device::Leg::bootstrap) exam.reset_to_factory();
          tls_words::spoil(exam, leg, "tls_silent", exam.bound_at());
          const Instant since = exam.now();
          exam.power_on();
          if (!exam.await(exam.patience().online, [&] { return !tls_words::spoken(exam, leg, since).empty(); }))
            return exam.inconclusive("it began no handshake");
          const bool again = exam.await(exam.patience().recovery, [&] { return tls_words::spoken(exam, leg, since).size() > 1; });
          if (!exam.expect(again, "another try after a handshake without an answer",
                           "none within " + seconds_words(exam.patience().recovery)))
            return;
          exam.heal();
          if (!exam.expect(exam.await_online(since, exam.patience().recovery) != nullptr, "online once the server answers",
                           "not within " + seconds_words(exam.patience().recovery)))
            return;
        }
      }};
}

}  // namespace fleetsim::sim
