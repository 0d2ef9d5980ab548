#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/long/list.hpp"

namespace fleetsim::sim {

Requirement requirement::long_home_again() {
  return {.id = "LONG-07",
          .level = Level::must,
          .text = "comes home: distributed away and back after a day, it is online where it began",
          .clause = {"Distribute devices, device distribution items", "sent back to its original place, a device finds its data there"},
          .lasts = std::chrono::minutes{3000},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            for (const std::size_t station : {std::size_t{1}, std::size_t{0}}) {
              const Instant told = exam.now();
              if (!exam.distribute(station)) return;
              if (exam.await_online_at(station, told, exam.patience().recovery) == nullptr) {
                if (station == 1) return exam.inconclusive("the device did not move");
                return exam.fail("online at home", "not there within " + seconds_words(exam.patience().recovery));
              }
              exam.wait(std::chrono::hours{24});
            }
            const SeenLink* const link = exam.seen().online();
            exam.expect(link != nullptr && link->endpoint == 0, "online at home a day later", "not there");
          }};
}

}  // namespace fleetsim::sim
