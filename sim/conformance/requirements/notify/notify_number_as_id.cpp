#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/notify/list.hpp"
#include "sim/conformance/requirements/notify/notify_words.hpp"

namespace fleetsim::sim {

Requirement requirement::notify_number_as_id() {
  return {.id = "NOTIFY-07",
          .level = Level::should,
          .text = "answers a notify whose id is a number without quotes, with the same id",
          .clause = {"field practice: the C SDK writes its own ids without quotes",
                     "the answer names the id that was asked with, in quotes or not"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            if (!notify_words::answers_a_right_one(exam)) return;
            const Instant told = exam.now();
            if (!notify_words::tell(exam, R"({"id":815,"version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":0}})")) return;
            const SeenMessage* const reply = exam.await_published(exam.reply_topic(), told, exam.patience().answer);
            if (reply == nullptr) return exam.fail("an answer to id 815", "none");
            const std::string_view given = json_member(reply->payload(), "id");
            exam.expect(given == "815" || given == "\"815\"", "\"id\":815", "\"id\":" + std::string(given));
          }};
}

}  // namespace fleetsim::sim
