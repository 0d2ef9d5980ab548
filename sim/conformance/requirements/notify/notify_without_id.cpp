#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/notify/list.hpp"
#include "sim/conformance/requirements/notify/notify_words.hpp"

namespace fleetsim::sim {

Requirement requirement::notify_without_id() {
  return {.id = "NOTIFY-14",
          .level = Level::must,
          .text = "invents no id for the answer to a notify without one",
          .clause = {"Distribute devices, thing/bootstrap/notify",
                     "the id of the answer is that of the message; without one nothing can be answered"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            if (!notify_words::answers_a_right_one(exam)) return;
            const Instant told = exam.now();
            if (!notify_words::tell(exam, R"({"version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":0}})")) return;
            const SeenMessage* const reply = exam.await_published(exam.reply_topic(), told, exam.patience().answer);
            if (reply == nullptr) return;
            const std::string_view given = json_member(reply->payload(), "id");
            exam.expect(given.empty() || given == "null" || given == "\"\"", "no answer, or one without an id",
                        "\"id\":" + std::string(given));
          }};
}

}  // namespace fleetsim::sim
