// What the requirements of resumed sessions have in common. A device that never offers a session is in order: none of them is about it.
#pragma once

#include <functional>

#include "sim/conformance/exam.hpp"

namespace fleetsim::sim::tls_resumption {

/// Its hello brings a ticket, a key of before (TLS 1.3), or the number of a session that a server has begun with it.
bool offers_session(const Exam& exam, const SeenLink& link);
/// It has been online for a while; the server ends its session, and it is online again. False: inconclusive.
bool comes_again(Exam& exam);
/// Online where sessions can be resumed, and once more; then it offers the first one. False: it does not, or was not online; the exam
/// knows.
bool resumes(Exam& exam);
/// After that the server no longer knows the session (`forget`), and ends it. The link on which the device offers it next; null: none.
const SeenLink* offer_in_vain(Exam& exam, const std::function<void()>& forget);

}  // namespace fleetsim::sim::tls_resumption
