#include <algorithm>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/retry/list.hpp"

namespace fleetsim::sim {

Requirement requirement::retry_cap() {
  return {.id = "RETRY-02",
          .level = Level::must,
          .text = "waits 10 min at most between two attempts in an outage of two hours",
          .clause = {"field practice: AWS IoT Device Advisor, MQTT reconnect; RFC 9110 knows no longer Retry-After in the field",
                     "a cap bounds how long a device stays away after the outage"},
          .needs = needs::network,
          .lasts = std::chrono::minutes{125},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant begin = exam.now();
            evidence::take_down(exam, 0);
            exam.wait(std::chrono::hours{2});
            const auto& links = exam.seen().links();
            Instant last = begin;
            Duration longest{0};
            for (const SeenLink& link : links) {
              if (link.opening_at < begin) continue;
              longest = std::max(longest, Duration{link.opening_at - last});
              last = link.opening_at;
            }
            longest = std::max(longest, Duration{exam.now() - last});
            exam.expect(longest <= std::chrono::minutes{10}, "an attempt every 10 min", "none for " + seconds_words(longest));
          }};
}

}  // namespace fleetsim::sim
