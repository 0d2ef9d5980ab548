#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/persist/list.hpp"

namespace fleetsim::sim {

Requirement requirement::persist_cut_while_connecting() {
  return {.id = "PERSIST-08",
          .level = Level::must,
          .text = "gets to the new place when its power is cut between CONNECT and CONNACK",
          .clause = {"field practice: BD-PERSIST; MQTT 3.1.1 [MQTT-3.1.4-2]",
                     "the platform may hold the session that was lost, and takes the new one in its place"},
          .needs = needs::power,
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            const auto is_there = [&] {
              const auto links = exam.seen().of(device::Leg::mqtt, told);
              return !links.empty() && links.back()->endpoint == 1;
            };
            if (!evidence::await_closely(exam, exam.patience().recovery, is_there))
              return exam.inconclusive("it did not go to the new place");
            if (!evidence::await_closely(exam, exam.patience().answer,
                                         [&] { return !evidence::messages(exam, "CONNECT", Direction::up, told).empty(); }))
              return exam.inconclusive("no CONNECT came");
            evidence::expect_moved_after_cut(exam, 1);
          }};
}

}  // namespace fleetsim::sim
