#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_error_code() {
  return {.id = "BOOT-RSP-05",
          .level = Level::must,
          .text = "takes an answer with an error code in its body for none, and asks again",
          .clause = {"Distribute devices, device connection; field practice: an answer that cannot be used is none",
                     "a code other than 200 in the body is a refusal"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            const Instant told = bootstrap_words::moves_into(exam, "bootstrap_code", {{"code", std::int64_t{6100}}}, 2);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "answers with code 6100");
            bootstrap_words::expect_not_misled(exam, told, "answers with code 6100");
          }};
}

}  // namespace fleetsim::sim
