#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::connect_signature() {
  return {.id = "MQTT-CONNECT-09",
          .level = Level::must,
          .text = "signs what it sends, so that the platform does not refuse it",
          .clause = {"Distribute devices, device connection",
                     "the signature is of the client id, device name, product key and the timestamp if one is sent"},
          .examine = [](Exam& exam) {
            const SeenMessage* const connect = evidence::await_first_connect(exam);
            if (connect == nullptr) return;
            exam.await(exam.patience().answer, [&] { return !evidence::messages(exam, "CONNACK", Direction::down).empty(); });
            const auto answers = evidence::messages(exam, "CONNACK", Direction::down);
            if (answers.empty()) return exam.inconclusive("no CONNACK went down");
            const std::int64_t code = answers.front()->number("return_code").value_or(0);
            exam.expect(code != 4 && code != 5, "a signature that fits", "CONNACK " + std::to_string(code));
          }};
}

}  // namespace fleetsim::sim
