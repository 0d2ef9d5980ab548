#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/long/list.hpp"

namespace fleetsim::sim {

Requirement requirement::long_ten_moves() {
  return {.id = "LONG-04",
          .level = Level::must,
          .text = "follows 10 distributions in a row, home again among them",
          .clause = {"Distribute devices, notes", "a device can be distributed any number of times, and back to where it was"},
          .lasts = std::chrono::minutes{5},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            for (std::size_t i = 1; i <= 10; ++i) {
              const std::size_t station = i % exam.bench().stations().size();
              const Instant told = exam.now();
              if (!exam.distribute(station)) return;
              if (exam.await_online_at(station, told, exam.patience().recovery) == nullptr) {
                if (i == 1) return exam.inconclusive("the device did not move");
                return exam.fail("online at " + exam.bench().stations()[station].instance + " after move " + std::to_string(i),
                                 "not there");
              }
              exam.wait(std::chrono::seconds{20});
            }
          }};
}

}  // namespace fleetsim::sim
