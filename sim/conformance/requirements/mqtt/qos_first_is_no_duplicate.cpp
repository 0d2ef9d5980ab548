#include <set>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::qos_first_is_no_duplicate() {
  return {.id = "QOS-09",
          .level = Level::must,
          .text = "sends a message for the first time without DUP",
          .clause = {"MQTT 3.1.1 [MQTT-3.3.1-2]; IoT-Testware PUBLISH_001, PUBLISH_002",
                     "DUP is 0 of QoS 0, and of the first attempt of QoS 1"},
          .needs = needs::traffic,
          .wants = wants::confirmed_publishes,
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant since{};
            if (!exam.await(std::chrono::minutes{2}, [&] { return !evidence::confirmed_publishes(exam, since).empty(); }))
              return exam.not_applicable("it publishes nothing with QoS 1");
            exam.wait(std::chrono::minutes{2});
            std::set<std::int64_t> begun;
            for (const SeenMessage* one : evidence::confirmed_publishes(exam)) {
              const bool is_first = begun.insert(one->number("packet_id").value_or(0)).second;
              if (is_first && !exam.expect(one->flag("dup") != true, "DUP 0 the first time", "DUP 1")) return;
            }
          }};
}

}  // namespace fleetsim::sim
