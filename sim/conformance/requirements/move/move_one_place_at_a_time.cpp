#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/move/list.hpp"

namespace fleetsim::sim {

Requirement requirement::move_one_place_at_a_time() {
  return {.id = "MQTT-MOVE-02",
          .level = Level::must,
          .text = "is never online at two places: the old link is over before the CONNECT at the new place",
          .clause = {"Distribute devices, notes", "a device is active in one instance at a time"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const std::uint32_t old = exam.seen().online()->connection;
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            const SeenLink* const fresh = exam.await_online_at(1, told, exam.patience().recovery);
            if (fresh == nullptr) return exam.inconclusive("the device did not move");
            const Instant accepted = fresh->accepted_at();
            for (const SeenLink& link : exam.seen().links())
              if (!link.is_bootstrap() && link.connection == old)
                exam.expect(link.is_over() && link.ended_at <= accepted, "the old link is over before the new one is accepted",
                            link.is_over() ? "it ended " + seconds_words(link.ended_at - accepted) + " later" : "it is open still");
          }};
}

}  // namespace fleetsim::sim
