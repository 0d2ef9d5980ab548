// What a device does that finds something else in its flash than it wrote.
//
//   spoilt_flash::expect_bootstrap(exam, [](Exam& one) { one.spoil_flash(FlashDamage::erased); }, "erased");
#pragma once

#include <functional>
#include <string_view>

#include "sim/conformance/exam.hpp"

namespace fleetsim::sim::spoilt_flash {

/// Moved to station 1, so that what is burned in leads elsewhere than what it keeps; then its power goes, `spoil` comes, and it has power
/// again: it must ask the bootstrap before it connects anywhere, and come online at station 1. When it had power again; kNever: it failed,
/// or it never came so far.
Instant expect_bootstrap(Exam& exam, const std::function<void(Exam&)>& spoil, std::string_view what);

}  // namespace fleetsim::sim::spoilt_flash
