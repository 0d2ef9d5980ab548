#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/notify/list.hpp"
#include "sim/conformance/requirements/notify/notify_words.hpp"

namespace fleetsim::sim {

Requirement requirement::notify_acknowledged() {
  return {.id = "NOTIFY-15",
          .level = Level::must,
          .text = "acknowledges a notify of QoS 1 with a PUBACK before it leaves the link",
          .clause = {"MQTT 3.1.1 §4.3.2; field practice: AWS IoT Device Advisor, MQTT client Puback QoS1",
                     "whoever takes a PUBLISH of QoS 1 sends the PUBACK with its packet id"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const std::uint32_t told_on = exam.seen().online()->connection;
            const Instant told = exam.now();
            if (!notify_words::tell(exam, notify_words::right_notify("30"), 1)) return;
            exam.wait(exam.patience().answer);
            const SeenMessage* const notify = exam.notify_sent(told);
            if (notify == nullptr || notify->number("qos") != 1) return exam.inconclusive("no notify of QoS 1 went down");
            const auto wanted = notify->number("packet_id");
            bool is_acknowledged = false;
            for (const SeenLink& link : exam.seen().links())
              for (const SeenMessage& message : link.messages)
                if (!link.is_bootstrap() && link.connection == told_on && message.direction == Direction::up && message.is("PUBACK"))
                  is_acknowledged = is_acknowledged || message.number("packet_id") == wanted;
            exam.expect(is_acknowledged, "a PUBACK for packet " + std::to_string(wanted.value_or(0)) + " on the link of the notify",
                        "none");
          }};
}

}  // namespace fleetsim::sim
