#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/notify/list.hpp"
#include "sim/conformance/requirements/notify/notify_words.hpp"

namespace fleetsim::sim {

Requirement requirement::notify_without_command() {
  return {
      .id = "NOTIFY-11",
      .level = Level::must,
      .text = "does not move for a notify without a cmd",
      .clause = {"Distribute devices, thing/bootstrap/notify", "params.cmd says what to do; 0 is a command like any other, and no default"},
      .lasts = std::chrono::minutes{3},
      .examine = [](Exam& exam) {
        if (!notify_words::obeys_a_right_one(exam)) return;
        for (const std::string_view payload : {R"({"id":"24","version":"1.0","method":"thing.bootstrap.notify","params":{}})",
                                               R"({"id":"25","version":"1.0","method":"thing.bootstrap.notify"})"}) {
          const Instant told = exam.now();
          if (!notify_words::tell(exam, payload)) return;
          if (!notify_words::expect_nothing_happens(exam, told, payload)) return;
        }
        notify_words::expect_still_obeys(exam, "a notify without cmd");
      }};
}

}  // namespace fleetsim::sim
