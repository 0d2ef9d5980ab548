#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_dead_port() {
  return {.id = "BOOT-RSP-19",
          .level = Level::must,
          .text = "sent to a port where nobody listens, it asks again",
          .clause = {"field practice: LwM2M, fallback to bootstrap",
                     "an endpoint that cannot be reached gives way to the global endpoint, which always knows"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            const Instant told = bootstrap_words::moves_into(exam, "bootstrap_wrong_port", {{"port", std::int64_t{9}}}, 1);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "an answer with a port where nobody listens");
          }};
}

}  // namespace fleetsim::sim
