#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_goodbye() {
  return {
      .id = "TLS-21",
      .level = Level::should,
      .text = "says close_notify before it closes, when it leaves a place or is switched off",
      .clause = {"RFC 5246 §7.2.1; RFC 8446 §6.1", "each side says that it has said all, so that nobody can cut its words short unnoticed"},
      .needs = needs::power | needs::tls,
      .lasts = std::chrono::minutes{6},
      .examine = [](Exam& exam) {
        if (!tls_words::moves_well(exam)) return;
        exam.wait(std::chrono::minutes{2});
        exam.power_off();
        exam.wait(std::chrono::seconds{30});
        std::size_t judged = 0;
        std::size_t hidden = 0;
        for (const SeenLink& link : exam.seen().links()) {
          if (!link.tls || !link.tls->is_done()) continue;
          if (const auto& chosen = link.tls->down.server_hello(); !chosen || chosen->version > tls_1_2) {
            ++hidden;  // nobody can tell
            continue;
          }
          if (link.end != SeenEnd::closed_by_device) continue;
          ++judged;
          if (!exam.expect(link.tls->up.ends_with_protected_alert(), "an alert as the last record of a link that the device closes",
                           tls_words::link_name(exam, link) + ": none"))
            return;
        }
        if (judged == 0 && hidden > 0) return exam.not_applicable("it speaks TLS 1.3, where an alert looks like everything else");
        if (judged == 0) exam.inconclusive("it closed no link itself on which an alert could be told");
      }};
}

}  // namespace fleetsim::sim
