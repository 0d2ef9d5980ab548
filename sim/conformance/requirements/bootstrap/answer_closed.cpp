#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_closed() {
  return {.id = "BOOT-RSP-13",
          .level = Level::must,
          .text = "asks again when the link is closed without a word",
          .clause = {"RFC 9112 §9.5", "a server may close a link at any time"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            const Instant told = bootstrap_words::moves_into(exam, "bootstrap_close", {}, 2);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "links that were closed without an answer");
            bootstrap_words::expect_not_misled(exam, told, "links that were closed without an answer");
          }};
}

}  // namespace fleetsim::sim
