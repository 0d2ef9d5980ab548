#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_intermediate() {
  return {
      .id = "TLS-30",
      .level = Level::must,
      .text = "takes a certificate of an intermediate CA that the server sends along, on both legs",
      .clause = {"RFC 5246 §7.4.2; RFC 5280 §6.1", "CAs sign with intermediate ones: the chain leads from there to what the device trusts"},
      .needs = needs::power | needs::tls,
      .lasts = std::chrono::minutes{8},
      .examine = [](Exam& exam) {
        if (!tls_words::is_well(exam)) return;
        exam.misbehave("tls_intermediate");
        const Instant since = exam.now();
        exam.power_on();
        if (!exam.await(exam.patience().online, [&] { return !tls_words::spoken(exam, device::Leg::mqtt, since).empty(); }))
          return exam.inconclusive("it began no handshake");
        if (!exam.expect(exam.await_online(since, exam.patience().recovery) != nullptr, "online, when an intermediate CA signed",
                         "not within " + seconds_words(exam.patience().recovery)))
          return;
        const Instant told = exam.now();
        if (!exam.distribute(1)) return;
        if (!exam.await(exam.patience().online, [&] { return !tls_words::spoken(exam, device::Leg::bootstrap, told).empty(); }))
          return exam.inconclusive("it did not ask the bootstrap");
        exam.expect(exam.await(exam.patience().recovery, [&] { return !exam.bootstrap_requests(told).empty(); }),
                    "a bootstrap request over TLS, when an intermediate CA signed",
                    "none within " + seconds_words(exam.patience().recovery));
      }};
}

}  // namespace fleetsim::sim
