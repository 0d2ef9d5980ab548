#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::qos_none_unanswered() {
  return {
      .id = "QOS-02",
      .level = Level::must,
      .text = "sends no acknowledgement of a QoS 0 message, and stays",
      .clause = {"MQTT 3.1.1 §4.3.1, [MQTT-4.3.1-1]; IoT-Testware PUBLISH_006", "QoS 0 has no answer, and no packet id that it could have"},
      .examine = [](Exam& exam) {
        if (!exam.comes_online()) return;
        const Instant since = exam.now();
        const std::uint32_t connection = exam.seen().online()->connection;
        if (!exam.send(exam.system_topic("thing/service/property/set"), R"({"id":"7","version":"1.0","params":{}})", 0))
          return exam.not_applicable("the device hears nothing on thing/service/property/set");
        exam.wait(exam.patience().answer);
        for (const std::string_view name : {"PUBACK", "PUBREC", "PUBCOMP"})
          exam.expect(evidence::messages(exam, name, Direction::up, since).empty(), "no acknowledgement", std::string(name));
        const SeenLink* const link = exam.seen().online();
        exam.expect(link != nullptr && link->connection == connection, "on the same link still", "the link ended");
      }};
}

}  // namespace fleetsim::sim
