#include <algorithm>
#include <string>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_resumption.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_session_used() {
  return {.id = "TLS-34",
          .level = Level::should,
          .text = "uses the tickets that it asks for when it comes back to the host that gave them",
          .clause = {"RFC 7925 §7; RFC 5077 §3.1",
                     "a resumed handshake spares a device a round trip, a chain and a key exchange; a ticket that is not used costs both "
                     "sides for nothing"},
          .needs = needs::power | needs::tls,
          .lasts = std::chrono::minutes{8},
          .examine = [](Exam& exam) {
            exam.misbehave("tls_tickets");
            if (!exam.comes_online()) return;
            const auto first = tls_words::spoken(exam, device::Leg::mqtt);
            const bool asks = !first.empty() && first.back()->tls->offered() != nullptr && first.back()->tls->offered()->asks_for_tickets;
            if (!asks) return exam.not_applicable("it asks for no tickets");
            const Instant was_online = exam.now();
            if (!tls_resumption::comes_again(exam)) return;
            const auto again = tls_words::spoken(exam, device::Leg::mqtt, was_online);
            exam.expect(
                std::any_of(again.begin(), again.end(), [&](const auto* link) { return tls_resumption::offers_session(exam, *link); }),
                "a hello that brings the ticket, or another session to resume", "no such thing in " + std::to_string(again.size()));
          }};
}

}  // namespace fleetsim::sim
