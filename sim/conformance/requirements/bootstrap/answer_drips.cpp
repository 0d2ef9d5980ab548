#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_drips() {
  return {.id = "BOOT-RSP-16",
          .level = Level::must,
          .text = "reads an answer that comes in pieces over some seconds",
          .clause = {"RFC 9112 §6; field practice: slow mobile links", "TCP carries bytes, in pieces of its own choice"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            const Instant told = bootstrap_words::moves_into(
                exam, "bootstrap_slow", {{"piece_bytes", std::int64_t{20}}, {"every", Duration{std::chrono::milliseconds{150}}}}, 0);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "answers that came 20 bytes at a time");
            bootstrap_words::expect_not_misled(exam, told, "answers that came 20 bytes at a time");
          }};
}

}  // namespace fleetsim::sim
