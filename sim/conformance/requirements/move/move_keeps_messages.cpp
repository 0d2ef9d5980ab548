#include <set>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/move/list.hpp"

namespace fleetsim::sim {

Requirement requirement::move_keeps_messages() {
  return {.id = "MQTT-MOVE-08",
          .level = Level::should,
          .text = "publishes at the new place what had no PUBACK at the old one",
          .clause = {"MQTT 3.1.1 §4.3.2; field practice: a move is no reason to lose data", "QoS 1 is at least once"},
          .needs = needs::traffic,
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.misbehave("mqtt_silent", {{"packet", std::string{"puback"}}});
            const Instant since = exam.now();
            exam.wait(std::chrono::minutes{1});
            std::set<std::int64_t> waiting;
            for (const SeenMessage* one : evidence::confirmed_publishes(exam, since)) waiting.insert(one->number("packet_id").value_or(0));
            if (waiting.size() < 6) return exam.not_applicable("it publishes too little with QoS 1, or one message at a time");
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            if (!exam.await(exam.patience().answer, [&] { return exam.notify_sent(told) != nullptr; }))
              return exam.inconclusive("no notify went down");
            exam.heal();
            const SeenLink* const fresh = exam.await_online_at(1, told, exam.patience().recovery);
            if (fresh == nullptr) return exam.inconclusive("the device did not move");
            const Instant back = fresh->accepted_at();
            exam.wait(std::chrono::seconds{15});  // in which the application adds a few
            const std::size_t again = evidence::confirmed_publishes(exam, back).size();
            exam.expect(again >= waiting.size() / 2 + 2, std::to_string(waiting.size()) + " messages that had no PUBACK, at the new place",
                        std::to_string(again) + " within 15 s");
          }};
}

}  // namespace fleetsim::sim
