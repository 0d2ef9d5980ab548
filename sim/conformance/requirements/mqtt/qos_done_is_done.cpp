#include <set>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::qos_done_is_done() {
  return {.id = "QOS-11",
          .level = Level::must,
          .text = "does not send a message again once its PUBACK has come, nor ends the link when one comes 2 s late",
          .clause = {"MQTT 3.1.1 §4.3.2", "a PUBACK ends the exchange, and frees the packet id"},
          .needs = needs::traffic,
          .wants = wants::confirmed_publishes,
          .lasts = std::chrono::minutes{4},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.misbehave("mqtt_late", {{"packet", std::string{"puback"}}, {"delay", Duration{std::chrono::seconds{2}}}});
            const Instant since = exam.now();
            const std::uint32_t connection = exam.seen().online()->connection;
            if (!exam.await(std::chrono::minutes{2}, [&] { return !evidence::confirmed_publishes(exam, since).empty(); }))
              return exam.not_applicable("it publishes nothing with QoS 1");
            exam.wait(std::chrono::minutes{3});
            const SeenLink* const link = exam.seen().online();
            if (link == nullptr || link->connection != connection) return exam.fail("on the same link still", "the link ended");
            std::set<std::int64_t> done;
            for (const SeenMessage& one : link->messages) {
              const std::int64_t id = one.number("packet_id").value_or(0);
              if (one.direction == Direction::down && one.is("PUBACK")) done.insert(id);
              if (one.direction != Direction::up || !one.is("PUBLISH") || one.number("qos") != 1) continue;
              if (one.flag("dup") == true && done.contains(id))
                return exam.fail("nothing again after its PUBACK", "packet id " + std::to_string(id));
              done.erase(id);
            }
          }};
}

}  // namespace fleetsim::sim
