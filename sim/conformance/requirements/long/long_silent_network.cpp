#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/long/list.hpp"

namespace fleetsim::sim {

Requirement requirement::long_silent_network() {
  return {.id = "LONG-06",
          .level = Level::must,
          .text = "is back when nothing it sent arrived anywhere for 120 min",
          .clause = {"field practice: a NAT or a radio cell that swallows all; MQTT 3.1.1 §3.1.2.10",
                     "a link that is dead without a word is found out by the keep-alive"},
          .needs = needs::network,
          .lasts = std::chrono::minutes{125},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.inject("partition");
            exam.wait(std::chrono::hours{2});
            exam.heal();
            evidence::expect_back(exam, 0);
          }};
}

}  // namespace fleetsim::sim
