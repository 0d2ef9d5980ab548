#include <set>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::qos_survives_link() {
  return {.id = "QOS-13",
          .level = Level::should,
          .text = "publishes again on its next link what had no PUBACK on the one before",
          .clause = {"MQTT 3.1.1 §4.4; field practice: a message is not lost with a link", "QoS 1 is at least once, also over a reconnect"},
          .needs = needs::traffic,
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.misbehave("mqtt_silent", {{"packet", std::string{"puback"}}});
            const Instant since = exam.now();
            exam.wait(std::chrono::minutes{1});
            std::set<std::int64_t> waiting;
            for (const SeenMessage* one : evidence::confirmed_publishes(exam, since)) waiting.insert(one->number("packet_id").value_or(0));
            if (waiting.size() < 6) return exam.not_applicable("it publishes too little with QoS 1, or one message at a time");
            const Instant cut = exam.now();
            evidence::end_sessions(exam);
            exam.heal();
            const SeenLink* const next = exam.await_online(cut, exam.patience().recovery);
            if (next == nullptr) return exam.inconclusive("it did not come back");
            const Instant back = next->accepted_at();
            exam.wait(std::chrono::seconds{15});  // in which the application adds a few
            const std::size_t again = evidence::confirmed_publishes(exam, back).size();
            exam.expect(again >= waiting.size() / 2 + 2, std::to_string(waiting.size()) + " messages that had no PUBACK, on the next link",
                        std::to_string(again) + " within 15 s");
          }};
}

}  // namespace fleetsim::sim
