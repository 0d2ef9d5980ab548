#include <algorithm>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::keepalive_pings() {
  return {.id = "KEEPALIVE-02",
          .level = Level::must,
          .text = "is never silent for longer than its keep-alive",
          .clause = {"MQTT 3.1.1 [MQTT-3.1.2-23]; IoT-Testware FEAT_KEEPALIVE_001",
                     "the time between two packets of a client is at most the keep-alive"},
          .wants = wants::keep_alive,
          .lasts = std::chrono::minutes{7},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const std::int64_t keep_alive_s = exam.seen().online()->first("CONNECT", Direction::up)->number("keep_alive_s").value_or(0);
            if (keep_alive_s == 0) return exam.not_applicable("it asks for no keep-alive");
            const Duration keep_alive = std::chrono::seconds{keep_alive_s};
            const std::uint32_t connection = exam.seen().online()->connection;
            exam.wait(keep_alive * 6);
            const SeenLink& link = *evidence::mqtt_link(exam, connection);
            Instant last = link.accepted_at();
            Duration longest{0};
            for (const SeenMessage& one : link.messages) {
              if (one.direction != Direction::up || one.at < last) continue;
              longest = std::max(longest, Duration{one.at - last});
              last = one.at;
            }
            longest = std::max(longest, (link.is_over() ? link.ended_at : exam.now()) - last);
            exam.expect(longest <= keep_alive + std::chrono::seconds{1}, "a packet every " + std::to_string(keep_alive_s) + " s",
                        "silent for " + seconds_words(longest));
          }};
}

}  // namespace fleetsim::sim
