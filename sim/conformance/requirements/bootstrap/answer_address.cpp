#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::answer_address() {
  return {.id = "BOOT-RSP-22",
          .level = Level::should,
          .text = "connects to a host that is an IP address",
          .clause = {"field practice: the C SDK keeps an address beside the name", "a host is a name or an address"},
          .lasts = std::chrono::minutes{3},
          .examine = [](Exam& exam) {
            if (!bootstrap_words::can_move(exam)) return;
            const std::string& address = exam.bench().stations()[bootstrap_words::target].address;
            if (address.empty()) return exam.inconclusive("the address of the station is not known");
            exam.misbehave("bootstrap_wrong_host", {{"host", address}});
            const Instant told = bootstrap_words::moves(exam);
            if (told == kNever) return;
            bootstrap_words::expect_arrival(exam, told, "an answer with the address " + address);
          }};
}

}  // namespace fleetsim::sim
