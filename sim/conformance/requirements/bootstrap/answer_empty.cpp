#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_empty() {
  return {.id = "BOOT-RSP-06",
          .level = Level::must,
          .text = "takes an empty answer for none, and asks again",
          .clause = {"field practice: an answer that cannot be used is none", "no body names no endpoint"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            const Instant told = bootstrap_words::moves_into(exam, "bootstrap_empty", {}, 2);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "empty answers");
            bootstrap_words::expect_not_misled(exam, told, "empty answers");
          }};
}

}  // namespace fleetsim::sim
