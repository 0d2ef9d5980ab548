#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::keepalive_frugal() {
  return {.id = "KEEPALIVE-05",
          .level = Level::should,
          .text = "pings no more than every 10 s on an idle link",
          .clause = {"field practice: radio links are paid for by the byte and the milliampere-hour",
                     "the keep-alive says how often is enough"},
          .lasts = std::chrono::minutes{65},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant since = exam.now();
            exam.wait(std::chrono::hours{1});
            const std::size_t pings = evidence::messages(exam, "PINGREQ", Direction::up, since).size();
            exam.expect(pings <= 360, "at most 360 PINGREQs an hour", std::to_string(pings));
          }};
}

}  // namespace fleetsim::sim
