#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::qos_unknown_message() {
  return {.id = "QOS-04",
          .level = Level::must,
          .text = "acknowledges a QoS 1 message whose content it does not know",
          .clause = {"MQTT 3.1.1 §4.3.2", "the PUBACK is the protocol's, whatever the application makes of the message"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant since = exam.now();
            const std::uint32_t connection = exam.seen().online()->connection;
            if (!exam.send(exam.system_topic("thing/model/down_raw"), std::string_view("\xff\x00\x7fnot JSON", 11), 1))
              return exam.not_applicable("the device hears nothing on thing/model/down_raw");
            exam.await(exam.patience().answer, [&] { return !evidence::messages(exam, "PUBACK", Direction::up, since).empty(); });
            exam.expect(!evidence::messages(exam, "PUBACK", Direction::up, since).empty(),
                        "PUBACK within " + seconds_words(exam.patience().answer), "none");
            const SeenLink* const link = exam.seen().online();
            exam.expect(link != nullptr && link->connection == connection, "on the same link still", "the link ended");
          }};
}

}  // namespace fleetsim::sim
