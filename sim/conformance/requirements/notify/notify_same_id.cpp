#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/notify/list.hpp"

namespace fleetsim::sim {

Requirement requirement::notify_same_id() {
  return {.id = "NOTIFY-02",
          .level = Level::must,
          .text = "answers a notify with the very id that it was given",
          .clause = {"Distribute devices, thing/bootstrap/notify", "id of the answer is that of the message it answers"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            const SeenMessage* const reply = exam.await_published(exam.reply_topic(), told, exam.patience().answer);
            const SeenMessage* const notify = exam.notify_sent(told);
            if (notify == nullptr) return exam.inconclusive("the platform sent no notify");
            if (reply == nullptr) return exam.inconclusive("there was no answer");
            const std::string asked(json_member(notify->payload(), "id"));
            const std::string given(json_member(reply->payload(), "id"));
            exam.expect(given == asked, "\"id\":" + asked, given.empty() ? "no id in " + std::string(reply->payload()) : "\"id\":" + given);
          }};
}

}  // namespace fleetsim::sim
