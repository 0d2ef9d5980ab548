#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::connect_refused_is_silent() {
  return {.id = "MQTT-CONNECT-13",
          .level = Level::must,
          .text = "sends nothing after a CONNACK that refuses it",
          .clause = {"MQTT 3.1.1 [MQTT-3.2.2-5]", "after a return code that is not 0 the link is closed"},
          .needs = needs::traffic,
          .lasts = std::chrono::minutes{6},
          .examine = [](Exam& exam) {
            exam.misbehave("mqtt_connack", {{"code", std::int64_t{3}}});
            if (evidence::await_first_connect(exam) == nullptr) return;
            exam.wait(std::chrono::minutes{5});
            for (const SeenLink* link : exam.seen().of(device::Leg::mqtt)) {
              const SeenMessage* const refusal = link->first("CONNACK", Direction::down);
              if (refusal == nullptr) continue;
              const Duration open = (link->is_over() ? link->ended_at : exam.now()) - refusal->at;
              exam.expect(open <= exam.patience().answer, "the link closed after the refusal", "open for " + seconds_words(open));
              for (const SeenMessage& message : link->messages)
                if (message.direction == Direction::up && message.at > refusal->at && !message.is("DISCONNECT"))
                  return exam.fail("nothing after the refusal", message.message.name);
            }
          }};
}

}  // namespace fleetsim::sim
