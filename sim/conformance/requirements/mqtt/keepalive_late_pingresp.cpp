#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::keepalive_late_pingresp() {
  return {.id = "KEEPALIVE-06",
          .level = Level::must,
          .text = "keeps a link on which each PINGRESP is 4 s late",
          .clause = {"field practice: satellite and narrow-band links", "a slow answer is an answer"},
          .wants = wants::keep_alive,
          .lasts = std::chrono::minutes{5},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const std::int64_t keep_alive_s = exam.seen().online()->first("CONNECT", Direction::up)->number("keep_alive_s").value_or(0);
            if (keep_alive_s == 0) return exam.not_applicable("it asks for no keep-alive");
            const Duration keep_alive = std::chrono::seconds{keep_alive_s};
            const std::uint32_t connection = exam.seen().online()->connection;
            const Instant since = exam.now();
            exam.misbehave("mqtt_late", {{"packet", std::string{"pingresp"}}, {"delay", Duration{std::chrono::seconds{4}}}});
            exam.wait(keep_alive * 4);
            if (evidence::messages(exam, "PINGREQ", Direction::up, since).empty()) return exam.inconclusive("it sent no PINGREQ");
            exam.expect(!evidence::mqtt_link(exam, connection)->is_over(), "the same link", "the link ended");
          }};
}

}  // namespace fleetsim::sim
