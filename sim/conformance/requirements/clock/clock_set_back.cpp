#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/clock/clock_words.hpp"
#include "sim/conformance/requirements/clock/list.hpp"

namespace fleetsim::sim {

Requirement requirement::clock_set_back() {
  return {.id = "CLOCK-03",
          .level = Level::must,
          .text = "keeps its session, and pings as before, when its clock is set back by a day",
          .clause = {"field practice: paho.mqtt.c #758 and #646; MQTT 3.1.1 [MQTT-3.1.2-24]",
                     "who waits until yesterday is over sends no PINGREQ, and the platform ends the session"},
          .needs = needs::power | needs::network | needs::clock | needs::running_clock,
          .wants = wants::keep_alive,
          .lasts = std::chrono::minutes{14},
          .examine = [](Exam& exam) { clock_words::expect_undisturbed(exam, -clock_words::a_day); }};
}

}  // namespace fleetsim::sim
