#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::bootstrap_unavailable() {
  return {
      .id = "BOOT-RSP-01",
      .level = Level::must,
      .text = "asks again, at least a second apart, while the bootstrap service is unavailable, and moves when it is back",
      .clause = {"RFC 9110 §15.6.4; field practice: no device may hammer a service that is down", "503 says that the service will be back"},
      .lasts = std::chrono::minutes{6},
      .examine = [](Exam& exam) {
        const Instant told = bootstrap_words::moves_into(exam, "bootstrap_status", {{"status", std::int64_t{503}}}, 0);
        if (told == kNever) return;
        exam.wait(std::chrono::minutes{3});
        bootstrap_words::expect_patience(exam, told);
        exam.heal();
        bootstrap_words::expect_arrival(exam, told, "3 min of answers 503");
      }};
}

}  // namespace fleetsim::sim
