#include <algorithm>
#include <chrono>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/retry/list.hpp"

namespace fleetsim::sim {

Requirement requirement::retry_jitter() {
  return {.id = "RETRY-04",
          .level = Level::should,
          .text = "waits as chance has it, not the same times in each outage",
          .clause = {"field practice: AWS IoT Device Advisor, MQTT_Connect_Jitter_Backoff_Retries",
                     "waits without a spread bring a fleet back in one moment"},
          .needs = needs::network | needs::power,
          .lasts = std::chrono::minutes{4},
          .examine = [](Exam& exam) {
            evidence::take_down(exam, 0);
            std::vector<std::vector<Duration>> outages;
            for (int i = 0; i < 3; ++i) {
              const Instant begin = exam.now();
              exam.power_on();
              evidence::await_for_long(exam, std::chrono::hours{1},
                                       [&] { return evidence::waits(exam, device::Leg::mqtt, begin).size() >= 2; });
              outages.push_back(evidence::waits(exam, device::Leg::mqtt, begin));
              if (outages.back().size() < 2) return exam.inconclusive("no three attempts in an hour");
              exam.cut_power();
              exam.wait(std::chrono::minutes{1});
            }
            Duration spread{0};
            for (const auto& one : outages)
              for (std::size_t i = 0; i < 2; ++i) spread = std::max(spread, std::chrono::abs(one[i] - outages.front()[i]));
            exam.expect(spread >= std::chrono::milliseconds{50}, "waits that differ from outage to outage",
                        "within " + seconds_words(spread) + " the same");
          }};
}

}  // namespace fleetsim::sim
