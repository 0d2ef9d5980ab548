#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/persist/list.hpp"

namespace fleetsim::sim {

Requirement requirement::persist_cut_after_notify() {
  return {.id = "PERSIST-04",
          .level = Level::must,
          .text = "gets to the new place when its power is cut as the notify is under way",
          .clause = {"field practice: BD-PERSIST; Distribute devices, device connection", "the order to move cannot be taken back"},
          .needs = needs::power,
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            if (!evidence::await_closely(exam, exam.patience().answer, [&] { return exam.notify_sent(told) != nullptr; }))
              return exam.inconclusive("no notify went down");
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
