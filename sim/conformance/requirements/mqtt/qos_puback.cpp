#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::qos_puback() {
  return {.id = "QOS-01",
          .level = Level::must,
          .text = "answers a QoS 1 message with PUBACK and the same packet id",
          .clause = {"MQTT 3.1.1 §4.3.2, [MQTT-4.3.2-2]; AWS IoT Device Advisor, MQTT_Client_Puback_QoS1",
                     "a receiver answers PUBACK with the id of the PUBLISH"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant since = exam.now();
            if (!exam.send(exam.system_topic("thing/service/property/set"), R"({"id":"7","version":"1.0","params":{}})", 1))
              return exam.not_applicable("the device hears nothing on thing/service/property/set");
            exam.await(exam.patience().answer, [&] { return !evidence::messages(exam, "PUBACK", Direction::up, since).empty(); });
            auto sent = evidence::messages(exam, "PUBLISH", Direction::down, since);
            std::erase_if(sent, [](const SeenMessage* one) { return one->number("qos") != 1; });
            const auto answers = evidence::messages(exam, "PUBACK", Direction::up, since);
            if (sent.empty()) return exam.inconclusive("the message did not go down");
            if (!exam.expect(!answers.empty(), "PUBACK within " + seconds_words(exam.patience().answer), "none")) return;
            exam.expect(answers.front()->number("packet_id") == sent.front()->number("packet_id"),
                        "packet id " + std::to_string(sent.front()->number("packet_id").value_or(0)),
                        std::to_string(answers.front()->number("packet_id").value_or(0)));
          }};
}

}  // namespace fleetsim::sim
