#include <string>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_quoted_port() {
  return {.id = "BOOT-RSP-24",
          .level = Level::should,
          .text = "understands a port in quotes",
          .clause = {"field practice: the platform's answers have had the port as a number and as a string",
                     "who reads both moves with either"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            const Instant told = bootstrap_words::moves_into(exam, "bootstrap_odd_port", {{"shape", std::string("quoted")}}, 0);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "a port in quotes");
          }};
}

}  // namespace fleetsim::sim
