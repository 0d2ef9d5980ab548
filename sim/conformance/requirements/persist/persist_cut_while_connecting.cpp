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
            exam.cut_power();
            evidence::turn_away(exam, 0);
            exam.wait(std::chrono::seconds{30});
            const Instant since = exam.now();  // the platform may hold the dead link still
            exam.power_on();
            const auto is_there_again = [&] {
              const SeenLink* const link = exam.seen().online();
              return link != nullptr && link->endpoint == 1 && link->opening_at >= since;
            };
            evidence::await_for_long(exam, std::chrono::minutes{30}, is_there_again);
            exam.expect(is_there_again(), "online at " + exam.bench().stations()[1].instance + " within 30 min of power", "not there");
          }};
}

}  // namespace fleetsim::sim
