#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_late() {
  return {.id = "BOOT-RSP-15",
          .level = Level::must,
          .text = "waits 4 s for an answer",
          .clause = {"field practice: the C SDK gives an answer 5 s", "a busy service needs seconds; who gives up before makes it busier"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            const Instant told = bootstrap_words::moves_into(exam, "bootstrap_late", {{"delay", Duration{std::chrono::seconds{4}}}}, 0);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "answers that came after 4 s");
            bootstrap_words::expect_not_misled(exam, told, "answers that came after 4 s");
          }};
}

}  // namespace fleetsim::sim
