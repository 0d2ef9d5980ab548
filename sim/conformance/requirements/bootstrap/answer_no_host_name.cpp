#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_no_host_name() {
  return {.id = "BOOT-RSP-21",
          .level = Level::must,
          .text = "takes an answer whose host is no host for none, and asks again",
          .clause = {"field practice: an answer that cannot be used is none", "a host has no scheme, no path and no spaces"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            if (!bootstrap_words::can_move(exam)) return;
            const std::string host = exam.bench().stations()[bootstrap_words::nowhere].host;
            std::uint32_t call = 0;
            for (const std::string& wrong : {"mqtts://" + host, host + "/", host + " ", " " + host}) {
              ++call;
              exam.misbehave("bootstrap_wrong_host", {{"host", wrong}}, [call](platform::MisbehaviourRule& rule) {
                rule.calls = platform::misbehaviour::Calls{.first = call, .last = call, .every = 1};
              });
            }
            const Instant told = bootstrap_words::moves(exam);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "hosts that are none");
            bootstrap_words::expect_not_misled(exam, told, "a host that is none");
          }};
}

}  // namespace fleetsim::sim
