#include <string>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_http_1_0() {
  return {.id = "BOOT-RSP-27",
          .level = Level::should,
          .text = "understands an answer of HTTP/1.0, whose body ends with the connection",
          .clause = {"RFC 9112 §6.3; field practice: proxies", "a body without a length goes on until the connection is closed"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            const Instant told = bootstrap_words::moves_into(exam, "bootstrap_http", {{"form", std::string("http_1_0")}}, 0);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "an answer of HTTP/1.0");
          }};
}

}  // namespace fleetsim::sim
