#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/notify/list.hpp"
#include "sim/conformance/requirements/notify/notify_words.hpp"

namespace fleetsim::sim {

Requirement requirement::notify_command_no_number() {
  return {.id = "NOTIFY-13",
          .level = Level::must,
          .text = "does not move for a cmd that is no number",
          .clause = {"Distribute devices, thing/bootstrap/notify", "cmd is a number; what is none must not be read as 0"},
          .lasts = std::chrono::minutes{4},
          .examine = [](Exam& exam) {
            if (!notify_words::obeys_a_right_one(exam)) return;
            for (const std::string_view command : {R"("go")", "null", "[]", R"("")"}) {
              const std::string payload =
                  R"({"id":"29","version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":)" + std::string(command) + "}}";
              const Instant told = exam.now();
              if (!notify_words::tell(exam, payload)) return;
              if (!notify_words::expect_nothing_happens(exam, told, "cmd " + std::string(command))) return;
            }
            notify_words::expect_still_obeys(exam, "a cmd that is no number");
          }};
}

}  // namespace fleetsim::sim
