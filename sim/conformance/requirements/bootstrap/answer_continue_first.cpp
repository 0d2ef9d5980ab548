#include <string>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_continue_first() {
  return {.id = "BOOT-RSP-28",
          .level = Level::must,
          .text = "reads on past 100 Continue to the answer itself",
          .clause = {"RFC 9110 §15.2", "a client must be able to read 1xx answers before the final one, even if it expects none"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            const Instant told = bootstrap_words::moves_into(exam, "bootstrap_http", {{"form", std::string("continue_first")}}, 0);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "100 Continue in front of the answer");
          }};
}

}  // namespace fleetsim::sim
