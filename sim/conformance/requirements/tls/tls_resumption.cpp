#include "sim/conformance/requirements/tls/tls_resumption.hpp"

#include <algorithm>

#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"

namespace fleetsim::sim::tls_resumption {

bool offers_session(const Exam& exam, const SeenLink& link) {
  const ClientHello* const hello = link.tls ? link.tls->offered() : nullptr;
  if (hello == nullptr) return false;
  if (hello->ticket_bytes > 0 || hello->offers_psk) return true;
  if (hello->session_id.empty()) return false;
  // TLS 1.3 and tickets fill a session id with chance: it counts when a server has said it first.
  const auto& links = exam.seen().links();
  return std::any_of(links.begin(), links.end(), [&](const SeenLink& before) {
    return before.opening_at < link.opening_at && before.tls && before.tls->down.server_hello() &&
           before.tls->down.server_hello()->session_id == hello->session_id;
  });
}

bool comes_again(Exam& exam) {
  exam.wait(std::chrono::minutes{2});
  const Instant ended = exam.now();
  evidence::end_sessions(exam);
  if (exam.await_online(ended, exam.patience().recovery) != nullptr) return true;
  exam.inconclusive("it does not come back even when all is well");
  return false;
}

bool resumes(Exam& exam) {
  exam.misbehave("tls_tickets");
  if (!exam.comes_online()) return false;
  const Instant first = exam.now();
  if (!comes_again(exam)) return false;
  const auto links = tls_words::spoken(exam, device::Leg::mqtt, first);
  if (std::any_of(links.begin(), links.end(), [&](const SeenLink* link) { return offers_session(exam, *link); })) return true;
  exam.not_applicable("it offers no session of before when it comes back");
  return false;
}

const SeenLink* offer_in_vain(Exam& exam, const std::function<void()>& forget) {
  if (!resumes(exam)) return nullptr;
  exam.wait(std::chrono::minutes{2});
  forget();
  const Instant ended = exam.now();
  evidence::end_sessions(exam);
  const auto next = [&]() -> const SeenLink* {
    for (const SeenLink* link : tls_words::spoken(exam, device::Leg::mqtt, ended))
      if (offers_session(exam, *link)) return link;
    return nullptr;
  };
  if (!exam.await(exam.patience().recovery, [&] { return next() != nullptr; })) exam.inconclusive("it offered its session no second time");
  return next();
}

}  // namespace fleetsim::sim::tls_resumption
