#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/notify/list.hpp"

namespace fleetsim::sim {

Requirement requirement::notify_unknown_command() {
  return {.id = "NOTIFY-05",
          .level = Level::must,
          .text = "does not move for a command that it does not know",
          .clause = {"Distribute devices, thing/bootstrap/notify", "cmd 0 is the only command: bootstrap again"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant told = exam.now();
            if (!exam.send_notify(R"({"id":"77","version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":9}})"))
              return exam.inconclusive("the device hears no notify");
            exam.wait(exam.patience().answer);
            const std::size_t asked = exam.bootstrap_requests(told).size();
            exam.expect(asked == 0, "no bootstrap request after cmd 9", std::to_string(asked) + " of them");
            exam.expect(exam.seen().online() != nullptr, "the device stays online", "it is offline");
            const SeenMessage* const reply = exam.published(exam.reply_topic(), told);
            if (reply != nullptr && json_member(reply->payload(), "code") == "200")
              exam.warn("an answer with another code than 200, or none", "code 200, which says that it was done");
          }};
}

}  // namespace fleetsim::sim
