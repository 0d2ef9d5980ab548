#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::qos_burst() {
  return {.id = "QOS-03",
          .level = Level::must,
          .text = "acknowledges each of 20 messages that come at once, once and in order",
          .clause = {"MQTT 3.1.1 [MQTT-4.6.0-2]", "PUBACKs are sent in the order in which the messages came"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant since = exam.now();
            for (int i = 0; i < 20; ++i) {
              const std::string payload = R"({"id":")" + std::to_string(100 + i) + R"(","version":"1.0","params":{}})";
              if (!exam.send(exam.system_topic("thing/service/property/set"), payload, 1))
                return exam.not_applicable("the device hears nothing on thing/service/property/set");
            }
            exam.wait(exam.patience().answer);
            auto sent = evidence::messages(exam, "PUBLISH", Direction::down, since);
            std::erase_if(sent, [](const SeenMessage* one) { return one->number("qos") != 1; });
            if (sent.empty()) return exam.inconclusive("no message of QoS 1 went down");
            const auto answers = evidence::messages(exam, "PUBACK", Direction::up, since);
            if (!exam.expect(answers.size() == sent.size(), std::to_string(sent.size()) + " PUBACKs", std::to_string(answers.size())))
              return;
            for (std::size_t i = 0; i < sent.size(); ++i)
              if (!exam.expect(answers[i]->number("packet_id") == sent[i]->number("packet_id"), "PUBACKs in the order of the messages",
                               "number " + std::to_string(i + 1) + " is another's"))
                return;
          }};
}

}  // namespace fleetsim::sim
