#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_too_long() {
  return {.id = "BOOT-RSP-11",
          .level = Level::must,
          .text = "bears an answer of 16 KB, and moves with the next one at the latest",
          .clause = {"field practice: the C SDK has 192 bytes for it",
                     "what does not fit is refused whole, or read to its end; it overwrites nothing"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            const Instant told = bootstrap_words::moves_into(exam, "bootstrap_bad_json", {{"shape", std::string{"too_long"}}}, 2);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "answers of 16 KB");
            bootstrap_words::expect_not_misled(exam, told, "answers of 16 KB");
          }};
}

}  // namespace fleetsim::sim
