// What requirements of CLOCK have in common: a day more or less, and a session that must not mind.
//
//   clock_words::expect_undisturbed(exam, clock_words::a_day);
#pragma once

#include "sim/conformance/exam.hpp"

namespace fleetsim::sim::clock_words {

inline constexpr Duration a_day = std::chrono::hours{24};

/// Its clock is set by so much while an answer of the platform is under way to it, and again when nothing is. The session must go on as if
/// nothing had been: the same link, no bootstrap, never silent beyond the platform's patience, and no more said than before.
void expect_undisturbed(Exam& exam, Duration by);

}  // namespace fleetsim::sim::clock_words
