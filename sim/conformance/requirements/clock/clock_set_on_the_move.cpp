#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/clock/clock_words.hpp"
#include "sim/conformance/requirements/clock/list.hpp"
#include "sim/conformance/requirements/evidence.hpp"

namespace fleetsim::sim {

Requirement requirement::clock_set_on_the_move() {
  return {.id = "CLOCK-04",
          .level = Level::must,
          .text = "gets to the new place though its clock is set back by a day while it is on its way",
          .clause = {"field practice: paho.mqtt.c #284; Distribute devices, device connection",
                     "a wait for the next try is over when its time has passed, whatever the clock says then; the order to move stands"},
          .needs = needs::power | needs::network | needs::clock | needs::running_clock,
          .lasts = std::chrono::minutes{5},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.inject("bootstrap_outage");
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            // It has tried twice, and waits for the third time.
            constexpr std::size_t tries = 2;
            const auto has_tried = [&] { return exam.seen().of(device::Leg::bootstrap, told).size() >= tries; };
            if (!exam.await(exam.patience().recovery, has_tried)) return exam.inconclusive("it did not ask the bootstrap, or not again");
            exam.wait(std::chrono::milliseconds{300});
            exam.set_clock(-clock_words::a_day);
            exam.heal();
            evidence::turn_away(exam, 0);
            evidence::expect_back(exam, 1, told);
          }};
}

}  // namespace fleetsim::sim
