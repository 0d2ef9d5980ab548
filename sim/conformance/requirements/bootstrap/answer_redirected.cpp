#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_redirected() {
  return {.id = "BOOT-RSP-02",
          .level = Level::must,
          .text = "takes a redirect for no answer, whatever its body says, and asks again",
          .clause = {"RFC 9110 §15.4", "3xx says that the answer is elsewhere; what comes with it is not the answer"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            if (!bootstrap_words::can_move(exam)) return;
            std::uint32_t call = 0;
            for (const std::int64_t status : {301, 302, 307}) {
              ++call;
              exam.misbehave("bootstrap_redirect", {{"status", status}}, [call](platform::MisbehaviourRule& rule) {
                rule.calls = platform::misbehaviour::Calls{.first = call, .last = call, .every = 1};
              });
            }
            bootstrap_words::mislead(exam, 3);
            const Instant told = bootstrap_words::moves(exam);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "redirects");
            bootstrap_words::expect_not_misled(exam, told, "a redirect");
          }};
}

}  // namespace fleetsim::sim
