#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_cut_json() {
  return {.id = "BOOT-RSP-08",
          .level = Level::must,
          .text = "takes half an answer for none, and asks again",
          .clause = {"RFC 8259 §2; field practice: an answer that cannot be used is none",
                     "half a JSON text is none, and half a host name is another host"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            const Instant told = bootstrap_words::moves_into(exam, "bootstrap_bad_json", {{"shape", std::string{"truncated"}}}, 2);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "answers that end in the middle");
            bootstrap_words::expect_not_misled(exam, told, "answers that end in the middle");
          }};
}

}  // namespace fleetsim::sim
