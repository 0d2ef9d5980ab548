#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/notify/list.hpp"
#include "sim/conformance/requirements/notify/notify_words.hpp"

namespace fleetsim::sim {

Requirement requirement::notify_any_id() {
  return {.id = "NOTIFY-06",
          .level = Level::must,
          .text = "answers a notify whatever its id, from 0 to 4294967295",
          .clause = {"Distribute devices, thing/bootstrap/notify; field practice: Alink, message ids",
                     "an id is a whole number of 32 bits without a sign, in quotes"},
          .lasts = std::chrono::minutes{10},
          .examine = [](Exam& exam) {
            if (!notify_words::answers_a_right_one(exam)) return;
            for (const std::string_view id : {"0", "2147483648", "4294967295"}) {
              const Instant told = exam.now();
              if (!notify_words::tell(exam, notify_words::right_notify(id))) return;
              const SeenMessage* const reply = exam.await_published(exam.reply_topic(), told, exam.patience().answer);
              const std::string asked = "\"" + std::string(id) + "\"";
              if (reply == nullptr) return exam.fail("an answer to id " + asked, "none");
              const std::string given(json_member(reply->payload(), "id"));
              if (!exam.expect(given == asked, "\"id\":" + asked, "\"id\":" + given)) return;
              if (!notify_words::settles(exam)) return;
            }
          }};
}

}  // namespace fleetsim::sim
