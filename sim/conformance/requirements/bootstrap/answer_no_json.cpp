#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_no_json() {
  return {.id = "BOOT-RSP-07",
          .level = Level::must,
          .text = "takes a body that is no JSON for no answer, and asks again",
          .clause = {"field practice: an answer that cannot be used is none", "a captive portal answers 200 with a page"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            const Instant told = bootstrap_words::moves_into(exam, "bootstrap_bad_json", {{"shape", std::string{"not_json"}}}, 2);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "answers that are a page of HTML");
            bootstrap_words::expect_not_misled(exam, told, "answers that are a page of HTML");
          }};
}

}  // namespace fleetsim::sim
