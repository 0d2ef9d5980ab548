#include <string>
#include <string_view>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/notify/list.hpp"
#include "sim/conformance/requirements/notify/notify_words.hpp"

namespace fleetsim::sim {

Requirement requirement::notify_same_id() {
  return {.id = "NOTIFY-02",
          .level = Level::must,
          .text = "answers a notify with the very id that it was given",
          .clause = {"Distribute devices, thing/bootstrap/notify", "id of the answer is that of the message it answers"},
          .examine = [](Exam& exam) {
            constexpr std::string_view asked = "\"730194\"";  // nobody comes by it by chance, as by the "1" of a first notify
            if (!exam.comes_online()) return;
            const Instant told = exam.now();
            if (!notify_words::tell(exam, notify_words::right_notify(asked.substr(1, asked.size() - 2)))) return;
            const SeenMessage* const reply = exam.await_published(exam.reply_topic(), told, exam.patience().answer);
            if (reply == nullptr) return exam.inconclusive("there was no answer");
            const std::string given(json_member(reply->payload(), "id"));
            exam.expect(given == asked, "\"id\":" + std::string(asked),
                        given.empty() ? "no id in " + std::string(reply->payload()) : "\"id\":" + given);
          }};
}

}  // namespace fleetsim::sim
