#include <string>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_lower_case() {
  return {.id = "BOOT-RSP-26",
          .level = Level::must,
          .text = "understands header names in lower case",
          .clause = {"RFC 9110 §5.1", "field names are the same in any case"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            const Instant told = bootstrap_words::moves_into(exam, "bootstrap_http", {{"form", std::string("lower_case")}}, 0);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "header names in lower case");
          }};
}

}  // namespace fleetsim::sim
