// What the requirements of TLS have in common: a handshake on one leg goes wrong on demand, and what the device makes of it is looked at on
// the wire.
//
//   tls_words::expect_refused(exam, device::Leg::mqtt, "tls_expired", "a certificate that has expired");
#pragma once

#include <string_view>
#include <vector>

#include "sim/conformance/exam.hpp"

namespace fleetsim::sim::tls_words {

/// Links of that leg on which the device said something, since then.
std::vector<const SeenLink*> spoken(const Exam& exam, device::Leg leg, Instant since = {});
/// The same, once there are so many, or one of them is finished all the same; else the exam is inconclusive and nothing is returned.
std::vector<const SeenLink*> await_spoken(Exam& exam, device::Leg leg, Instant since, std::size_t links);

/// From now on the handshakes of that leg go wrong in that way: the bootstrap's, or those of one station.
void spoil(Exam& exam, device::Leg leg, std::string_view kind, std::size_t station = 0);

/// A device that gets power for the first time meets certificates that are wrong on that leg, several times. It must break each handshake
/// off. Where none was shown to it, or it speaks in the clear, nothing can be judged.
void expect_refused(Exam& exam, device::Leg leg, std::string_view kind, std::string_view what);
/// The same on the bootstrap's leg, and, when that is right again, on the other one.
void expect_refused_on_both_legs(Exam& exam, std::string_view kind, std::string_view what);
/// The platform showed the device a certificate, as far as can be seen from outside.
bool is_shown_certificate(const SeenLink& link);
/// Its handshake was finished, and it was used, or is open still. A handshake that is finished says nothing by itself: some libraries look
/// at a certificate only then, and by TLS 1.3 an alert looks like a Finished.
bool is_trusted(const SeenLink& link);
/// Each of the links ended within its handshake, or right after it without a word. False: one did not. If one is in the clear, or none has
/// ended, the exam is inconclusive: there was no handshake to break off.
bool expect_broken_off(Exam& exam, const std::vector<const SeenLink*>& links, std::string_view what);
/// Nothing but handshake and alerts came from the device on any of them.
void expect_nothing_said(Exam& exam, const std::vector<const SeenLink*>& links);
/// That, on each leg by itself, while the server there is so spoilt.
void examine_silence(Exam& exam, std::string_view kind);

/// Every hello that the device has sent, of both legs; none: the exam is inconclusive.
std::vector<const SeenLink*> all_hellos(Exam& exam);
/// It has been online, so that it can be when all is well; now it has no power. False: inconclusive.
bool is_well(Exam& exam);
/// Online, moved to station 1, and online there. False: inconclusive.
bool moves_well(Exam& exam);

/// "bootstrap #2", "iotx-oxssharez200 #1".
std::string link_name(Exam& exam, const SeenLink& link);

}  // namespace fleetsim::sim::tls_words
