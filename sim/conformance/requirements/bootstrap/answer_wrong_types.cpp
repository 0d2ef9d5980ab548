#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_wrong_types() {
  return {.id = "BOOT-RSP-10",
          .level = Level::must,
          .text = "takes an answer whose host is a number and whose port is an object for none, and asks again",
          .clause = {"Distribute devices, device connection; field practice: an answer that cannot be used is none",
                     "a host is a text, a port is a number"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            const Instant told = bootstrap_words::moves_into(exam, "bootstrap_bad_json", {{"shape", std::string{"wrong_types"}}}, 2);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "answers with wrong types");
            bootstrap_words::expect_not_misled(exam, told, "answers with wrong types");
          }};
}

}  // namespace fleetsim::sim
