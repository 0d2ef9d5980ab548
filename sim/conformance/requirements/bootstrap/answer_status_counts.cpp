#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_status_counts() {
  return {.id = "BOOT-RSP-04",
          .level = Level::must,
          .text = "takes what comes with an error status for no answer, even if it looks like one",
          .clause = {"RFC 9110 §15; Distribute devices, device connection", "only 200 brings an endpoint"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            if (!bootstrap_words::can_move(exam)) return;
            std::uint32_t call = 0;
            for (const std::int64_t status : {403, 404, 500}) {
              ++call;
              exam.misbehave("bootstrap_status", {{"status", status}}, [call](platform::MisbehaviourRule& rule) {
                rule.calls = platform::misbehaviour::Calls{.first = call, .last = call, .every = 1};
              });
            }
            bootstrap_words::mislead(exam, 3);
            const Instant told = bootstrap_words::moves(exam);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "errors that name an endpoint");
            bootstrap_words::expect_not_misled(exam, told, "an error");
          }};
}

}  // namespace fleetsim::sim
