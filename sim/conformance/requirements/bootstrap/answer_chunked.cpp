#include <string>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_chunked() {
  return {.id = "BOOT-RSP-25",
          .level = Level::must,
          .text = "understands an answer in chunks",
          .clause = {"RFC 9112 §7.1", "a recipient must be able to decode the chunked transfer coding"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            const Instant told = bootstrap_words::moves_into(exam, "bootstrap_http", {{"form", std::string("chunked")}}, 0);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "an answer in chunks of seven bytes");
          }};
}

}  // namespace fleetsim::sim
