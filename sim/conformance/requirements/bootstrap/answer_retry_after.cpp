#include <string>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"
#include "sim/conformance/requirements/evidence.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_retry_after() {
  return {.id = "BOOT-RSP-29",
          .level = Level::should,
          .text = "does not come back before the time that Retry-After names, with 503 and with 429",
          .clause = {"RFC 9110 §10.2.3; RFC 6585 §4; field practice: BD-BOOT-RSP 04",
                     "a service that says when it can be asked again is not asked before"},
          .lasts = std::chrono::minutes{30},
          .examine = [](Exam& exam) {
            constexpr Duration asked_for = std::chrono::minutes{10};
            constexpr Duration slack = std::chrono::seconds{1};
            for (const std::int64_t status : {503, 429}) {
              exam.heal();
              const Instant told = bootstrap_words::moves_into(
                  exam, "bootstrap_status",
                  {{"status", status}, {"retry_after", std::chrono::duration_cast<std::chrono::seconds>(asked_for).count()}}, 1);
              if (told == kNever) return;
              const auto again = [&] { return exam.bootstrap_requests(told).size() > 1; };
              if (!evidence::await_for_long(exam, asked_for + exam.patience().recovery, again))
                return exam.inconclusive("it did not ask again within " + seconds_words(asked_for + exam.patience().recovery));
              const auto requests = exam.bootstrap_requests(told);
              const Duration wait = requests[1]->at - requests[0]->at;
              if (!exam.expect(wait >= asked_for - slack, seconds_words(asked_for) + " or more between the two requests",
                               seconds_words(wait) + " after " + std::to_string(status)))
                return;
              bootstrap_words::expect_arrival(exam, told, "Retry-After");
            }
          }};
}

}  // namespace fleetsim::sim
