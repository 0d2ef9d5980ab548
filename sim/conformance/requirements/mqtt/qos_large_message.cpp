#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::qos_large_message() {
  return {.id = "QOS-05",
          .level = Level::should,
          .text = "takes a QoS 1 message of 16 KiB",
          .clause = {"AWS IoT Device Advisor, MQTT_Client_Puback_QoS1 and TLS_Receive_Maximum_Size_Fragments",
                     "a large message is acknowledged, or at least does not end the session"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant since = exam.now();
            const std::string payload =
                R"({"id":"7","version":"1.0","params":{"text":")" + std::string(std::size_t{16} * 1024, 'x') + R"("}})";
            if (!exam.send(exam.system_topic("thing/service/property/set"), payload, 1))
              return exam.not_applicable("the device hears nothing on thing/service/property/set");
            exam.await(exam.patience().answer, [&] { return !evidence::messages(exam, "PUBACK", Direction::up, since).empty(); });
            exam.expect(!evidence::messages(exam, "PUBACK", Direction::up, since).empty(),
                        "PUBACK within " + seconds_words(exam.patience().answer), "none");
          }};
}

}  // namespace fleetsim::sim
