#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/persist/list.hpp"

namespace fleetsim::sim {

Requirement requirement::persist_torn_write() {
  return {.id = "PERSIST-09",
          .level = Level::must,
          .text = "gets to the new place when its power fails within a write to its flash",
          .clause = {"field practice: BD-PERSIST; Distribute devices, device connection", "a record that is half written is no record"},
          .needs = needs::power | needs::mid_write,
          .lasts = std::chrono::minutes{12},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant told = exam.now();
            // Within each write, as long as this lasts: any part of it has reached the flash.
            exam.inject("power_cut", {{"probability", static_cast<std::int64_t>(share_whole)}, {"at", 1}, {"off", 5'000'000}});
            if (!exam.distribute(1)) return;
            exam.await(exam.patience().recovery, [&] { return !exam.bootstrap_requests(told).empty(); });
            evidence::turn_away(exam, 0);
            exam.wait(std::chrono::minutes{10});
            exam.heal();
            if (exam.bench().acted("power_cut") == 0)
              return exam.inconclusive("it wrote nothing to its flash within which its power could fail");
            evidence::turn_away(exam, 0);
            evidence::expect_back(exam, 1);
          }};
}

}  // namespace fleetsim::sim
