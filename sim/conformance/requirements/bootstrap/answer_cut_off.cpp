#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_cut_off() {
  return {.id = "BOOT-RSP-12",
          .level = Level::must,
          .text = "asks again when the link ends in the middle of an answer, in its head or in its body",
          .clause = {"RFC 9112 §8", "an answer with fewer bytes than its Content-Length is not whole"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            if (!bootstrap_words::can_move(exam)) return;
            exam.misbehave("bootstrap_cut", {{"within", std::string{"body"}}}, [](platform::MisbehaviourRule& rule) { rule.times = 1; });
            exam.misbehave("bootstrap_cut", {{"within", std::string{"headers"}}}, [](platform::MisbehaviourRule& rule) {
              rule.calls = platform::misbehaviour::Calls{.first = 2, .last = 2, .every = 1};
            });
            const Instant told = bootstrap_words::moves(exam);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "answers that were cut off");
          }};
}

}  // namespace fleetsim::sim
