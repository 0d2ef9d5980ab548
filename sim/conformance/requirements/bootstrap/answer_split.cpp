#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_split() {
  return {.id = "BOOT-RSP-17",
          .level = Level::must,
          .text = "reads an answer that comes a byte at a time",
          .clause = {"RFC 9112 §6; field practice: a read is no message", "TCP carries bytes, in pieces of its own choice"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            const Instant told = bootstrap_words::moves_into(exam, "bootstrap_split", {}, 0);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "answers that came a byte at a time");
            bootstrap_words::expect_not_misled(exam, told, "answers that came a byte at a time");
          }};
}

}  // namespace fleetsim::sim
