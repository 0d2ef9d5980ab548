#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/move/list.hpp"

namespace fleetsim::sim {

Requirement requirement::move_stays_away() {
  return {
      .id = "MQTT-MOVE-12",
      .level = Level::must,
      .text = "does not connect to the old place again, also when its link at the new place is cut",
      .clause = {"Distribute devices, notes", "a device that was distributed belongs to the new place"},
      .lasts = std::chrono::minutes{20},
      .examine = [](Exam& exam) {
        if (!exam.comes_online()) return;
        const Instant told = exam.now();
        if (!exam.distribute(1)) return;
        const SeenLink* const fresh = exam.await_online_at(1, told, exam.patience().recovery);
        if (fresh == nullptr) return exam.inconclusive("the device did not move");
        const Instant moved = fresh->accepted_at();
        for (int i = 0; i < 3; ++i) {
          exam.wait(std::chrono::minutes{2});
          evidence::end_sessions(exam);
        }
        exam.wait(std::chrono::minutes{10});
        for (const SeenLink* link : exam.seen().of(device::Leg::mqtt, moved))
          if (!exam.expect(link->endpoint == 1, "links to " + exam.bench().stations()[1].instance + " only",
                           "one to " + (link->endpoint < exam.bench().stations().size() ? exam.bench().stations()[link->endpoint].instance
                                                                                        : std::string("nowhere"))))
            return;
      }};
}

}  // namespace fleetsim::sim
