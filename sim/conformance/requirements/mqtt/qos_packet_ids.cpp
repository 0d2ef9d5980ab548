#include <map>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::qos_packet_ids() {
  return {.id = "QOS-12",
          .level = Level::must,
          .text = "gives each message in flight a packet id of its own that is not 0",
          .clause = {"MQTT 3.1.1 [MQTT-2.3.1-1], [MQTT-2.3.1-2]; IoT-Testware PUBLISH_009, PUBLISH_010",
                     "a packet id is not 0, and is not in use while a message with it waits"},
          .needs = needs::traffic,
          .wants = wants::confirmed_publishes,
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.misbehave("mqtt_silent", {{"packet", std::string{"puback"}}});
            const Instant since = exam.now();
            exam.wait(std::chrono::seconds{45});
            for (const SeenMessage* one : evidence::messages(exam, "PUBLISH", Direction::up, since))
              if (!exam.expect(one->message.problem.find("packet id 0") == std::string::npos, "a packet id that is not 0",
                               one->message.problem))
                return;
            if (evidence::confirmed_publishes(exam, since).empty()) return exam.not_applicable("it publishes nothing with QoS 1");
            std::map<std::int64_t, std::string> in_flight;
            for (const SeenMessage* one : evidence::confirmed_publishes(exam, since)) {
              const std::string text = std::string(one->topic()) + " " + std::string(one->payload());
              const auto [at, is_new] = in_flight.try_emplace(one->number("packet_id").value_or(0), text);
              if (is_new || one->flag("dup") == true) continue;
              if (!exam.expect(false, "a packet id that is free", "id " + std::to_string(at->first) + " names two messages")) return;
            }
          }};
}

}  // namespace fleetsim::sim
