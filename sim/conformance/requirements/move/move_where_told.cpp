#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/move/list.hpp"

namespace fleetsim::sim {

Requirement requirement::move_where_told() {
  return {.id = "MQTT-MOVE-03",
          .level = Level::must,
          .text = "connects to the host and port of the bootstrap's answer, at each place that it is sent to",
          .clause = {"Distribute devices, device connection", "the device connects by the new endpoint, which the bootstrap names"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            for (const std::size_t station : {std::size_t{1}, std::size_t{2}}) {
              const Instant told = exam.now();
              if (!exam.distribute(station)) return;
              if (exam.await_online_at(station, told, exam.patience().recovery) != nullptr) continue;
              bool is_told = false;
              for (const SeenLink* link : exam.seen().of(device::Leg::bootstrap, told))
                is_told = is_told || link->first("200 OK", Direction::down) != nullptr;
              if (!is_told) return exam.inconclusive("it did not ask the bootstrap");
              return exam.fail("a CONNECT at " + exam.bench().stations()[station].instance,
                               "none within " + seconds_words(exam.patience().recovery));
            }
          }};
}

}  // namespace fleetsim::sim
