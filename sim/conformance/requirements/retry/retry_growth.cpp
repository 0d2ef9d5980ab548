#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/retry/list.hpp"

namespace fleetsim::sim {

Requirement requirement::retry_growth() {
  return {.id = "RETRY-03",
          .level = Level::should,
          .text = "waits the longer the longer an outage lasts, exponentially",
          .clause = {"field practice: AWS IoT Device Advisor, MQTT_Connect_Exponential_Backoff_Retries",
                     "waits that are constant or grow linearly overload a server that comes back"},
          .needs = needs::network,
          .lasts = std::chrono::minutes{15},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant begin = exam.now();
            evidence::take_down(exam, 0);
            constexpr std::size_t early = 4;
            constexpr std::size_t late = 12;
            constexpr std::size_t all = 20;
            evidence::await_for_long(exam, std::chrono::hours{6}, [&] { return evidence::waits_of_both_legs(exam, begin).size() >= all; });
            const std::vector<Duration> waits = evidence::waits_of_both_legs(exam, begin);
            if (waits.size() < all) return exam.inconclusive("only " + std::to_string(waits.size()) + " attempts in 6 hours");
            const auto mean = [&](std::size_t from, std::size_t to) {
              Duration sum{0};
              for (std::size_t i = from; i < to; ++i) sum += waits[i];
              return sum / static_cast<std::int64_t>(to - from);
            };
            const Duration first = mean(0, early);
            const Duration last = mean(all - late, all);
            exam.expect(last >= first * 7, "the last 12 of 20 waits at least 7 times the first 4 on average",
                        seconds_words(first) + ", then " + seconds_words(last));
          }};
}

}  // namespace fleetsim::sim
