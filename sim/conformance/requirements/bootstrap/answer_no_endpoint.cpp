#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_no_endpoint() {
  return {.id = "BOOT-RSP-09",
          .level = Level::must,
          .text = "takes an answer without host and port for none, and asks again",
          .clause = {"Distribute devices, device connection; field practice: an answer that cannot be used is none",
                     "an answer names host and port"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            const Instant told = bootstrap_words::moves_into(exam, "bootstrap_bad_json", {{"shape", std::string{"no_endpoint"}}}, 2);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "answers without an endpoint");
            bootstrap_words::expect_not_misled(exam, told, "answers without an endpoint");
          }};
}

}  // namespace fleetsim::sim
