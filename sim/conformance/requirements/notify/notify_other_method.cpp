#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/notify/list.hpp"
#include "sim/conformance/requirements/notify/notify_words.hpp"

namespace fleetsim::sim {

Requirement requirement::notify_other_method() {
  return {.id = "NOTIFY-18",
          .level = Level::should,
          .text = "does not move for a message with another method on the topic of the notify",
          .clause = {"Distribute devices, thing/bootstrap/notify", "the method of a notify is thing.bootstrap.notify"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            if (!notify_words::obeys_a_right_one(exam)) return;
            const Instant told = exam.now();
            if (!notify_words::tell(exam, R"({"id":"33","version":"1.0","method":"thing.bootstrap.forget","params":{"cmd":0}})")) return;
            notify_words::expect_nothing_happens(exam, told, "the method thing.bootstrap.forget");
          }};
}

}  // namespace fleetsim::sim
