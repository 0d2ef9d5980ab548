#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::qos_publish_again() {
  return {.id = "QOS-07",
          .level = Level::should,
          .text = "publishes again within a minute, on the same link, when no PUBACK comes",
          .clause = {"AWS IoT Device Advisor, MQTT_Publish_Retry_No_Puback",
                     "the message is sent again with the same packet id, without a disconnect"},
          .needs = needs::traffic,
          .wants = wants::confirmed_publishes,
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.misbehave("mqtt_silent", {{"packet", std::string{"puback"}}});
            const Instant since = exam.now();
            if (!exam.await(std::chrono::minutes{2}, [&] { return !evidence::confirmed_publishes(exam, since).empty(); }))
              return exam.not_applicable("it publishes nothing with QoS 1");
            const SeenMessage first = *evidence::confirmed_publishes(exam, since).front();
            exam.wait(std::chrono::minutes{1});
            std::size_t copies = 0;
            for (const SeenMessage* one : evidence::confirmed_publishes(exam, since))
              if (one->number("packet_id") == first.number("packet_id") && one->payload() == first.payload()) ++copies;
            exam.expect(copies >= 2, "the same message with the same packet id again within a minute", "it came once");
            exam.expect(exam.seen().of(device::Leg::mqtt, since).empty(), "no new link for that", "it connected anew");
          }};
}

}  // namespace fleetsim::sim
