#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_same_place() {
  return {.id = "BOOT-RSP-18",
          .level = Level::must,
          .text = "sent back to the place that it is being moved away from, it asks again, and does not spin",
          .clause = {"field practice: a cache that is behind; Distribute devices, device connection",
                     "an answer from before the move leads to a place that refuses the device"},
          .lasts = std::chrono::minutes{5},
          .examine = [](Exam& exam) {
            const Instant told = bootstrap_words::moves_into(exam, "bootstrap_same_host", {}, 0);
            if (told == kNever) return;
            exam.wait(std::chrono::minutes{2});
            const std::size_t links = exam.seen().of(device::Leg::mqtt, told).size();
            exam.expect(links <= 30, "at most 30 MQTT links in 2 min", std::to_string(links));
            exam.heal();
            const Instant back = exam.now();
            const bool is_there = exam.await(exam.patience().recovery, [&] {
              const SeenLink* const link = exam.seen().online();
              return link != nullptr && link->endpoint == bootstrap_words::target;
            });
            exam.expect(is_there, "online at its new place once the answers are right", "not within " + seconds_words(exam.now() - back));
          }};
}

}  // namespace fleetsim::sim
