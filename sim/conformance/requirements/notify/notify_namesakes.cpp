#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/notify/list.hpp"
#include "sim/conformance/requirements/notify/notify_words.hpp"

namespace fleetsim::sim {

Requirement requirement::notify_namesakes() {
  return {.id = "NOTIFY-10",
          .level = Level::must,
          .text = "takes cmd from params, and the id of the message: members of the same name elsewhere do not count",
          .clause = {"RFC 8259 §4; Distribute devices, thing/bootstrap/notify", "a member belongs to the object that it stands in"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            if (!notify_words::obeys_a_right_one(exam)) return;
            const Instant told = exam.now();
            if (!notify_words::tell(exam, R"({"from":{"id":"99","cmd":7},"id":"23","version":"1.0","method":"thing.bootstrap.notify",)"
                                          R"("params":{"cmd":0}})"))
              return;
            if (!exam.expect(notify_words::asks_again(exam, told), "a bootstrap request: params.cmd is 0", "none")) return;
            const SeenMessage* const reply = exam.published(exam.reply_topic(), told);
            if (reply == nullptr) return;
            const std::string_view given = json_member(reply->payload(), "id");
            exam.expect(given == "\"23\"", "\"id\":\"23\"", "\"id\":" + std::string(given));
          }};
}

}  // namespace fleetsim::sim
