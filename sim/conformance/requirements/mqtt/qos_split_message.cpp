#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::qos_split_message() {
  return {.id = "QOS-06",
          .level = Level::must,
          .text = "reads a message that arrives a few bytes at a time",
          .clause = {"MQTT 3.1.1 §4.2", "TCP is a stream: where a packet is cut means nothing"},
          .needs = needs::network,
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant since = exam.now();
            exam.inject("slicer", {{"average_size", 3}, {"size_variation", 2}}, [](FaultSpec& fault) {
              fault.leg = FaultLeg::mqtt;
              fault.direction = FaultDirection::down;
            });
            if (!exam.send(exam.system_topic("thing/service/property/set"), R"({"id":"7","version":"1.0","params":{}})", 1))
              return exam.not_applicable("the device hears nothing on thing/service/property/set");
            exam.await(exam.patience().answer, [&] { return !evidence::messages(exam, "PUBACK", Direction::up, since).empty(); });
            exam.expect(!evidence::messages(exam, "PUBACK", Direction::up, since).empty(),
                        "PUBACK within " + seconds_words(exam.patience().answer), "none");
          }};
}

}  // namespace fleetsim::sim
