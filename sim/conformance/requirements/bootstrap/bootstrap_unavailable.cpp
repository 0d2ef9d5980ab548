#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::bootstrap_unavailable() {
  return {
      .id = "BOOT-RSP-01",
      .level = Level::must,
      .text = "asks again, at least a second apart, while the bootstrap service is unavailable, and comes online when it is back",
      .clause = {"RFC 9110 §15.6.4; field practice: no device may hammer a service that is down", "503 says that the service will be back"},
      .examine = [](Exam& exam) {
        exam.misbehave("bootstrap_status", {{"status", std::int64_t{503}}});
        exam.power_on();
        exam.wait(std::chrono::minutes{3});
        const auto requests = exam.bootstrap_requests();
        if (!exam.expect(requests.size() >= 2, "at least 2 requests within 3 min", std::to_string(requests.size()))) return;
        for (std::size_t i = 1; i < requests.size(); ++i) {
          const Duration gap = requests[i]->at - requests[i - 1]->at;
          if (!exam.expect(gap >= std::chrono::milliseconds{950}, "a second or more between two requests", seconds_words(gap))) break;
        }
        exam.heal();
        const Instant back = exam.now();
        exam.expect(exam.await_online(back, exam.patience().recovery) != nullptr, "online once the service is back",
                    "not within " + seconds_words(exam.patience().recovery));
      }};
}

}  // namespace fleetsim::sim
