#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_refused() {
  return {.id = "BOOT-RSP-03",
          .level = Level::must,
          .text = "goes on asking, a second or more apart, when its request is refused, and moves when it no longer is",
          .clause = {"RFC 9110 §15.5; field practice: no device may hammer a service that refuses it",
                     "4xx says that the request is not served; a device has no other to make"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            if (!bootstrap_words::can_move(exam)) return;
            std::uint32_t call = 0;
            for (const std::int64_t status : {400, 401, 403, 404, 429}) {
              ++call;
              exam.misbehave("bootstrap_status", {{"status", status}}, [call](platform::MisbehaviourRule& rule) {
                rule.calls = platform::misbehaviour::Calls{.first = call, .last = call, .every = 1};
              });
            }
            const Instant told = bootstrap_words::moves(exam);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "answers 400, 401, 403, 404 and 429");
            bootstrap_words::expect_patience(exam, told);
          }};
}

}  // namespace fleetsim::sim
