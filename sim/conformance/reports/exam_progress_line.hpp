// How far an exam is, on stderr: one line that updates itself on a terminal, elsewhere a plain line when nothing was told for two seconds,
// nothing with --quiet.
//
//   ExamProgressLine line{ExamProgressLine::Mode::plain};
//   std::string bytes = line.update(progress, 12.0);    // what to write, perhaps nothing
//   bytes = line.before_other_text(12.4);                // a requirement's own line follows
#pragma once

#include <cstdint>
#include <string>

#include "sim/conformance/examiner.hpp"

namespace fleetsim::sim {

class ExamProgressLine {
 public:
  enum class Mode : std::uint8_t { off, plain, terminal };
  static constexpr double plain_seconds = 2.0;

  explicit ExamProgressLine(Mode mode) : mode_(mode) {}

  /// `elapsed`: seconds since the exam began.
  std::string update(const ExamProgress& progress, double elapsed);
  /// Clears what an updating line has left. What follows tells enough for a while.
  std::string before_other_text(double elapsed);

 private:
  Mode mode_;
  double last_ = 0;
  bool is_shown_ = false;
};

/// "  12.0s  34 of 135  now RETRY-03, RETRY-04 and 2 more"
std::string exam_progress_text(const ExamProgress& progress, double elapsed);

}  // namespace fleetsim::sim
