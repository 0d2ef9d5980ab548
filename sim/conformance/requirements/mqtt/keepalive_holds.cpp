#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::keepalive_holds() {
  return {.id = "KEEPALIVE-03",
          .level = Level::must,
          .text = "holds an idle link for an hour",
          .clause = {"MQTT 3.1.1 §3.1.2.10", "a server closes after one and a half times the keep-alive of silence"},
          .lasts = std::chrono::minutes{65},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const std::uint32_t connection = exam.seen().online()->connection;
            exam.wait(std::chrono::hours{1});
            const SeenLink& link = *evidence::mqtt_link(exam, connection);
            exam.expect(!link.is_over(), "the same link after an hour",
                        "it ended after " + seconds_words(link.ended_at - link.accepted_at()));
          }};
}

}  // namespace fleetsim::sim
