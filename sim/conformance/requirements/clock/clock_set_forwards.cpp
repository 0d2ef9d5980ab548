#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/clock/clock_words.hpp"
#include "sim/conformance/requirements/clock/list.hpp"

namespace fleetsim::sim {

Requirement requirement::clock_set_forwards() {
  return {.id = "CLOCK-02",
          .level = Level::must,
          .text = "keeps its session, and says no more than before, when its clock is set forwards by a day",
          .clause = {"field practice: esp-mqtt #225, paho.mqtt.c #824; MQTT 3.1.1 §3.1.2.10",
                     "keep-alive is a time that passes, and setting a clock lets none pass"},
          .needs = needs::power | needs::network | needs::clock | needs::running_clock,
          .wants = wants::keep_alive,
          .lasts = std::chrono::minutes{14},
          .examine = [](Exam& exam) { clock_words::expect_undisturbed(exam, clock_words::a_day); }};
}

}  // namespace fleetsim::sim
