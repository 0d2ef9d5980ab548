// The run's progress on stderr: one line that updates itself on a terminal, a plain line every two seconds elsewhere, nothing with --quiet.
//
//   ProgressLine line{ProgressLine::Mode::plain};
//   std::string bytes = line.update(progress);   // what to write, perhaps nothing
#pragma once

#include <cstdint>
#include <string>

#include "sim/fleet.hpp"

namespace fleetsim::sim {

class ProgressLine {
 public:
  enum class Mode : std::uint8_t { off, plain, terminal };
  static constexpr double plain_seconds = 2.0;

  explicit ProgressLine(Mode mode) : mode_(mode) {}

  std::string update(const Progress& progress);
  /// A line of its own, for a notice in between.
  std::string notice(const std::string& text) const;
  /// Clears what an updating line has left.
  std::string finish();

 private:
  Mode mode_;
  double last_ = -plain_seconds;
  bool shown_ = false;
};

/// "  12.0s  steps[2] distribute        online 998/1000  moved 312  connects 410/s"
std::string progress_text(const Progress& progress);

}  // namespace fleetsim::sim
