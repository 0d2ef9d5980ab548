#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::keepalive_range() {
  return {.id = "KEEPALIVE-01",
          .level = Level::must,
          .text = "asks for a keep-alive of 30 to 1200 s",
          .clause = {"The platform's limits page", "a keep-alive out of 30 to 1200 s is refused"},
          .examine = [](Exam& exam) {
            const SeenMessage* const connect = evidence::await_first_connect(exam);
            if (connect == nullptr) return;
            const auto seconds = connect->number("keep_alive_s");
            if (!seconds) return exam.inconclusive("the CONNECT cannot be read");
            exam.expect(*seconds >= 30 && *seconds <= 1200, "30 to 1200 s", std::to_string(*seconds) + " s");
          }};
}

}  // namespace fleetsim::sim
