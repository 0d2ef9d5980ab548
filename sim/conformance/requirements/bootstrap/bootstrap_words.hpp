// What the requirements of BOOT-REQ and BOOT-RSP have in common: a device that is told to move meets answers that are wrong, then a right
// one. It is online before anything goes wrong, so that what is examined is the wrong answer alone.
//
//   const Instant told = bootstrap_words::moves_into(exam, "bootstrap_empty", {}, 2);
//   if (told == kNever) return;   // it never asked, and the exam knows
//   bootstrap_words::expect_arrival(exam, told, "two empty answers");
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/conformance/exam.hpp"

namespace fleetsim::sim::bootstrap_words {

/// Where it is distributed to while something goes wrong; it comes from station 1, where it was moved when all was well.
inline constexpr std::size_t target = 0;
/// Where only wrong answers lead to.
inline constexpr std::size_t nowhere = 2;

/// Comes online, and moves to station 1 while all is well: else what it does when it is not cannot be judged. False: inconclusive.
bool can_move(Exam& exam);
/// can_move(), then distributed to the target, where the first `times` answers (0: all) are wrong in that way; it has asked once when this
/// returns. When it was told; kNever: it never came so far, and the exam is inconclusive.
Instant moves_into(Exam& exam, std::string_view kind, std::vector<platform::misbehaviour::Argument> arguments, std::uint64_t times);
/// Distributed to the target; what goes wrong is set already.
Instant moves(Exam& exam);

/// That it is online at the target in time, counted from now.
bool expect_arrival(Exam& exam, Instant told, std::string_view after_what);
/// That it has opened no link to where only a wrong answer led.
bool expect_not_misled(Exam& exam, Instant told, std::string_view by_what);
/// That there are a second or more between two requests, of which there are at least two.
void expect_patience(Exam& exam, Instant since);

/// The first so many answers, right or wrong otherwise, name `nowhere`, where the device is not bound.
void mislead(Exam& exam, std::uint64_t times);
/// Decoded, in their order.
std::vector<std::string> form_values(std::string_view form, std::string_view name);
std::size_t headers_named(const SeenMessage& request, std::string_view name);

}  // namespace fleetsim::sim::bootstrap_words
