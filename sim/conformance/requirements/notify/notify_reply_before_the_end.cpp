#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/notify/list.hpp"

namespace fleetsim::sim {

Requirement requirement::notify_reply_before_the_end() {
  return {.id = "NOTIFY-03",
          .level = Level::must,
          .text = "answers a notify before it closes the link that the notify came on, and there",
          .clause = {"Distribute devices, thing/bootstrap/notify",
                     "the answer goes to the platform that asked; then the device bootstraps again"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const std::uint32_t told_on = exam.seen().online()->connection;
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            if (exam.await_online_at(1, told, exam.patience().recovery) == nullptr) return exam.inconclusive("the device did not move");
            for (const SeenLink& link : exam.seen().links()) {
              for (const SeenMessage& message : link.messages) {
                if (message.direction != Direction::up || !message.is("PUBLISH") || message.topic() != exam.reply_topic()) continue;
                exam.expect(link.connection == told_on && !link.is_bootstrap(), "the answer on the link of the notify",
                            "an answer on link " + std::to_string(link.connection) + ", the notify was on " + std::to_string(told_on));
                return;
              }
            }
            exam.fail("an answer before the link is closed", "the link was closed without one");
          }};
}

}  // namespace fleetsim::sim
