#include "sim/conformance/reports/exam_progress_line.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace fleetsim::sim {
namespace {

constexpr std::string_view take_back = "\r\x1b[K";
constexpr std::size_t ids_shown_max = 3;

}  // namespace

std::string exam_progress_text(const ExamProgress& progress, double elapsed) {
  std::string text = fmt::format("{:6.1f}s  {} of {}", elapsed, progress.done, progress.all);
  const std::size_t shown = std::min(progress.under_way.size(), ids_shown_max);
  for (std::size_t i = 0; i < shown; ++i) text += fmt::format("{}{}", i == 0 ? "  now " : ", ", progress.under_way[i]);
  if (shown < progress.under_way.size()) text += fmt::format(" and {} more", progress.under_way.size() - shown);
  return text;
}

std::string ExamProgressLine::update(const ExamProgress& progress, double elapsed) {
  switch (mode_) {
    case Mode::off:
      return {};
    case Mode::terminal:
      is_shown_ = true;
      return fmt::format("{}{}", take_back, exam_progress_text(progress, elapsed));
    case Mode::plain:
      if (elapsed - last_ < plain_seconds) return {};
      last_ = elapsed;
      return exam_progress_text(progress, elapsed) + '\n';
  }
  return {};
}

std::string ExamProgressLine::before_other_text(double elapsed) {
  last_ = elapsed;
  if (!is_shown_) return {};
  is_shown_ = false;
  return std::string(take_back);
}

}  // namespace fleetsim::sim
