#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_resumption.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_session_elsewhere() {
  return {.id = "TLS-33",
          .level = Level::should,
          .text = "offers a session only to the host with which it began",
          .clause = {"RFC 8446 §4.6.1; RFC 6066 §3",
                     "a resumed session shows no certificate: it stands for the host whose certificate was looked at"},
          .needs = needs::power | needs::tls,
          .lasts = std::chrono::minutes{14},
          .examine = [](Exam& exam) {
            if (!tls_resumption::resumes(exam)) return;
            const Instant told = exam.now();
            if (!exam.distribute(1)) return;
            const auto there = [&]() -> const SeenLink* {
              for (const SeenLink* link : tls_words::spoken(exam, device::Leg::mqtt, told))
                if (link->endpoint == 1 && link->tls->offered() != nullptr) return link;
              return nullptr;
            };
            if (!exam.await(exam.patience().recovery, [&] { return there() != nullptr; }))
              return exam.inconclusive("it sent no hello to its new place");
            exam.expect(!tls_resumption::offers_session(exam, *there()), "no session of before in the first hello to another host",
                        tls_words::link_name(exam, *there()) + ": one, " + tls_outcome(*there()->tls));
          }};
}

}  // namespace fleetsim::sim
