// What the requirements of NOTIFY have in common: the notify as it should be, one that is obeyed, and one that must come to nothing.
//
//   if (!notify_words::obeys_a_right_one(exam)) return;   // then no other can be judged, and the exam knows
//   const Instant told = exam.now();
//   if (notify_words::tell(exam, payload) && !notify_words::asks_again(exam, told)) exam.fail(…);
#pragma once

#include <string>
#include <string_view>

#include "sim/conformance/exam.hpp"

namespace fleetsim::sim::notify_words {

/// As the platform's page has it, without white space.
std::string right_notify(std::string_view id = "4711");
/// thing/bootstrap/config/push with these members of params.endpoint.mqtt.
std::string endpoint_push(std::string_view members);
/// To the device, as it stands. False: it does not hear it, and the exam is inconclusive.
bool tell(Exam& exam, std::string_view payload, std::uint8_t qos = 0);
/// Whether a bootstrap request comes within the time for an answer.
bool asks_again(Exam& exam, Instant told);
/// Online again, or still, after it was told to move, and long enough for its waits to begin anew. False: the exam is inconclusive.
bool settles(Exam& exam);
/// Comes online and moves for a notify that has nothing special: only then can it be said what another one does. False: inconclusive.
bool obeys_a_right_one(Exam& exam);
/// The same, but that it answers it, which is enough where only the answer is judged.
bool answers_a_right_one(Exam& exam);

/// That it neither asks nor leaves its link because of what it was told. `what` is for people: "a notify without cmd".
bool expect_nothing_happens(Exam& exam, Instant told, std::string_view what);
/// That it still moves for a right notify.
void expect_still_obeys(Exam& exam, std::string_view after_what);

}  // namespace fleetsim::sim::notify_words
