#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::keepalive_no_pingresp() {
  return {.id = "KEEPALIVE-04",
          .level = Level::must,
          .text = "gives a link up on which no PINGRESP comes, within one and a half times its keep-alive",
          .clause = {"AWS IoT Device Advisor, MQTT_No_Ack_PingResp; MQTT 3.1.1 §3.1.2.10",
                     "without a PINGRESP in a reasonable time a client closes the link"},
          .wants = wants::keep_alive,
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const std::int64_t keep_alive_s = exam.seen().online()->first("CONNECT", Direction::up)->number("keep_alive_s").value_or(0);
            if (keep_alive_s == 0) return exam.not_applicable("it asks for no keep-alive");
            const Duration keep_alive = std::chrono::seconds{keep_alive_s};
            const std::uint32_t connection = exam.seen().online()->connection;
            const Instant since = exam.now();
            exam.misbehave("mqtt_silent", {{"packet", std::string{"pingresp"}}});
            if (!evidence::await_for_long(exam, keep_alive * 2,
                                          [&] { return !evidence::messages(exam, "PINGREQ", Direction::up, since).empty(); }))
              return exam.inconclusive("it sent no PINGREQ");
            const Instant asked = evidence::messages(exam, "PINGREQ", Direction::up, since).front()->at;
            const Duration patience = keep_alive + keep_alive / 2;
            evidence::await_for_long(exam, patience + std::chrono::seconds{1},
                                     [&] { return evidence::mqtt_link(exam, connection)->is_over(); });
            const SeenLink& link = *evidence::mqtt_link(exam, connection);
            if (!exam.expect(link.is_over(), "the link given up within " + seconds_words(patience),
                             "open after " + seconds_words(exam.now() - asked)))
              return;
            exam.heal();
            evidence::expect_back(exam, 0);
          }};
}

}  // namespace fleetsim::sim
