// What came of examining one requirement.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/time.hpp"
#include "sim/conformance/requirement.hpp"
#include "sim/trace/timeline.hpp"

namespace fleetsim::sim {

enum class ExamVerdict : std::uint8_t {
  pass,
  pass_with_warnings,
  fail,
  not_applicable,  // this device does not do what the requirement is about, by its capabilities
  inconclusive,    // nothing could be judged: the device or the environment never came so far
  not_exercised,   // it was not asked: left out, or the adapter cannot do what it needs
};

constexpr std::string_view verdict_name(ExamVerdict verdict) {
  switch (verdict) {
    case ExamVerdict::pass:
      return "pass";
    case ExamVerdict::pass_with_warnings:
      return "pass with warnings";
    case ExamVerdict::fail:
      return "fail";
    case ExamVerdict::not_applicable:
      return "not applicable";
    case ExamVerdict::inconclusive:
      return "inconclusive";
    case ExamVerdict::not_exercised:
      return "not exercised";
  }
  return "";
}

/// For programs: "pass_with_warnings".
constexpr std::string_view verdict_word(ExamVerdict verdict) {
  switch (verdict) {
    case ExamVerdict::pass:
      return "pass";
    case ExamVerdict::pass_with_warnings:
      return "pass_with_warnings";
    case ExamVerdict::fail:
      return "fail";
    case ExamVerdict::not_applicable:
      return "not_applicable";
    case ExamVerdict::inconclusive:
      return "inconclusive";
    case ExamVerdict::not_exercised:
      return "not_exercised";
  }
  return "";
}

/// One thing that was otherwise than it should be.
struct Finding {
  std::string expected;
  std::string actual;
  Instant at{};
};

/// What the report of before (`--baseline`) makes of a verdict.
enum class Standing : std::uint8_t { not_compared, new_here, known, mended };

constexpr std::string_view standing_word(Standing standing) {
  switch (standing) {
    case Standing::not_compared:
      return "";
    case Standing::new_here:
      return "new";
    case Standing::known:
      return "known";
    case Standing::mended:
      return "mended";
  }
  return "";
}

struct Examined {
  const Requirement* requirement = nullptr;
  ExamVerdict verdict = ExamVerdict::not_exercised;
  std::vector<Finding> findings{};  // of fail and pass_with_warnings
  std::string reason{};             // of the other verdicts but pass
  Timeline timeline{};              // of the device, around what was found; empty when all is well
  Duration simulated{0};            // of the world's time
  double seconds = 0;               // of the host's time
  Standing standing = Standing::not_compared;
  bool left_out = false;       // by the budget: it was not asked, or was cut off
  std::uint32_t attempts = 1;  // more: it passed only then, and is flaky
  std::string replay{};        // the command that does this again
};

}  // namespace fleetsim::sim
