#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/move/list.hpp"

namespace fleetsim::sim {

Requirement requirement::move_same_identity() {
  return {.id = "MQTT-MOVE-05",
          .level = Level::must,
          .text = "names itself at the new place as it did at the old, with a signature of its own",
          .clause = {"Distribute devices, device connection", "the device certificate is distributed with the device and stays the same"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const std::string before(exam.seen().online()->first("CONNECT", Direction::up)->text("username"));
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            if (!exam.await(exam.patience().recovery, [&] { return !evidence::messages(exam, "CONNECT", Direction::up, told).empty(); }))
              return exam.inconclusive("the device did not move");
            exam.wait(exam.patience().answer);
            const SeenMessage* const connect = evidence::messages(exam, "CONNECT", Direction::up, told).front();
            exam.expect(connect->text("username") == before, before, std::string(connect->text("username")));
            const auto answers = evidence::messages(exam, "CONNACK", Direction::down, told);
            if (answers.empty()) return exam.inconclusive("no CONNACK went down");
            const std::int64_t code = answers.front()->number("return_code").value_or(0);
            exam.expect(code == 0, "a CONNECT that the new place accepts", "CONNACK " + std::to_string(code));
          }};
}

}  // namespace fleetsim::sim
