#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/clock/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::clock_factory_date() {
  return {
      .id = "CLOCK-01",
      .level = Level::must,
      .text = "comes online by itself once its clock is right, when it got power with one from before the certificates' time",
      .clause = {"field practice: BD-TLS, clock skew at first boot; mbed OS #7665, EVE #1456, Tasmota #9757",
                 "a board without a battery for its clock begins in the year of its making: to wait for the time, or to be refused and try "
                 "again, are both right; to need a visit is not"},
      .needs = needs::power | needs::tls | needs::clock,
      .lasts = std::chrono::minutes{15},
      .examine = [](Exam& exam) {
        constexpr Duration ten_years = std::chrono::hours{24} * 3652;
        if (!tls_words::is_well(exam)) return;
        exam.set_clock(-ten_years);
        const Instant since = exam.now();
        exam.power_on();
        // A library without the time of day (mbedTLS without MBEDTLS_HAVE_TIME_DATE) dates nothing: TLS-01 to TLS-04 tell it of that.
        constexpr Duration watched = std::chrono::minutes{5};
        if (exam.await_online(since, watched) != nullptr)
          return exam.not_applicable("it comes online with a clock that is ten years slow: it dates no certificate by it");
        exam.set_clock(Duration{0});
        const Instant right = exam.now();
        exam.expect(exam.await_online(right, exam.patience().recovery) != nullptr, "online once its clock is right",
                    "not within " + seconds_words(exam.patience().recovery));
      }};
}

}  // namespace fleetsim::sim
