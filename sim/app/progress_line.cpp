#include "sim/app/progress_line.hpp"

#include <fmt/format.h>

#include "sim/report/number_text.hpp"
#include "sim/report/summary.hpp"

namespace fleetsim::sim {

namespace {
constexpr std::string_view clear_line = "\r\x1b[K";
constexpr std::size_t step_columns = 24;
}  // namespace

std::string progress_text(const Progress& progress) {
  std::string out =
      fmt::format("{:6.1f}s  {}  online {}/{}", progress.elapsed_seconds,
                  padded_right(shortened(progress.step, step_columns), step_columns), progress.online, progress.devices_total);
  if (progress.moved > 0) out += fmt::format("  moved {}", progress.moved);
  if (progress.connects_per_second >= 1) out += fmt::format("  connects {:.0f}/s", progress.connects_per_second);
  if (progress.publishes_per_second >= 1) out += fmt::format("  publishes {:.0f}/s", progress.publishes_per_second);
  return out;
}

std::string ProgressLine::update(const Progress& progress) {
  switch (mode_) {
    case Mode::off:
      return {};
    case Mode::terminal:
      shown_ = true;
      // Longer than the terminal it would wrap, and the next update could not take it back.
      return fmt::format("{}{}", clear_line, shortened(progress_text(progress), summary_columns - 1));
    case Mode::plain:
      if (progress.elapsed_seconds - last_ < plain_seconds) return {};
      last_ = progress.elapsed_seconds;
      return progress_text(progress) + '\n';
  }
  return {};
}

std::string ProgressLine::notice(const std::string& text) const {
  switch (mode_) {
    case Mode::off:
      return {};
    case Mode::terminal:
      return fmt::format("{}{}\n", shown_ ? clear_line : std::string_view{}, text);
    case Mode::plain:
      return text + '\n';
  }
  return {};
}

std::string ProgressLine::finish() {
  const bool left_over = mode_ == Mode::terminal && shown_;
  shown_ = false;
  return left_over ? std::string{clear_line} : std::string{};
}

}  // namespace fleetsim::sim
