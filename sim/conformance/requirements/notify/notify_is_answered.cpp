#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/notify/list.hpp"

namespace fleetsim::sim {

Requirement requirement::notify_is_answered() {
  return {.id = "NOTIFY-01",
          .level = Level::must,
          .text = "answers thing/bootstrap/notify on notify_reply with code 200",
          .clause = {"Distribute devices, thing/bootstrap/notify",
                     "the device answers on notify_reply: the id of the message, code 200, empty data"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            const SeenMessage* const reply = exam.await_published(exam.reply_topic(), told, exam.patience().answer);
            if (reply == nullptr)
              return exam.fail("a PUBLISH on " + exam.reply_topic(), "none within " + seconds_words(exam.patience().answer));
            const std::string_view code = json_member(reply->payload(), "code");
            exam.expect(code == "200", R"("code":200)",
                        code.empty() ? "no code in " + std::string(reply->payload()) : "\"code\":" + std::string(code));
          }};
}

}  // namespace fleetsim::sim
