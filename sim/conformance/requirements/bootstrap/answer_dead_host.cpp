#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_dead_host() {
  return {.id = "BOOT-RSP-20",
          .level = Level::must,
          .text = "sent to a host that does not exist, it asks again",
          .clause = {"field practice: LwM2M, fallback to bootstrap",
                     "a name that is unknown gives way to the global endpoint, which always knows"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            const Instant told =
                bootstrap_words::moves_into(exam, "bootstrap_wrong_host", {{"host", std::string{"gone.iot-as-mqtt.example.invalid"}}}, 1);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "an answer with a host that does not exist");
          }};
}

}  // namespace fleetsim::sim
