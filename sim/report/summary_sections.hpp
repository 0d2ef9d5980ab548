// The sections of the end summary, one function each. An empty section writes nothing.
#pragma once

#include <string>
#include <string_view>

#include "sim/report/run_result.hpp"
#include "sim/report/summary.hpp"

namespace fleetsim::sim {

/// Text that grows line by line, with or without colour.
class Page {
 public:
  enum class Tone : std::uint8_t { plain, good, bad, faint, strong };

  explicit Page(const SummaryStyle& style) : color_(style.color) {}

  void heading(std::string_view text);
  void line(std::string_view text);
  /// A long text in as many indented lines as it needs.
  void paragraph(std::string_view mark, std::string_view text, Tone tone);
  std::string painted(std::string_view text, Tone tone) const;
  std::string take() { return std::move(text_); }

 private:
  Color color_;
  std::string text_;
};

void write_thresholds(Page& page, const RunResult& result);
void write_devices(Page& page, const RunResult& result);
/// Nothing when what devices, platform and kernel count was compared.
void write_ledgers(Page& page, const RunResult& result);
void write_distribution(Page& page, const RunResult& result);
void write_faults(Page& page, const RunResult& result);
void write_misbehaviour(Page& page, const RunResult& result);
void write_invariants(Page& page, const RunResult& result);
/// Nothing when the fleet runs one firmware only.
void write_profiles(Page& page, const RunResult& result);
void write_metrics(Page& page, const RunResult& result);
/// summary_weather.cpp: at most seven lines; nothing when all was calm.
void write_weather(Page& page, const RunResult& result);
void write_generator(Page& page, const RunResult& result);
void write_troubles(Page& page, const RunResult& result);
void write_verdict(Page& page, const RunResult& result);

}  // namespace fleetsim::sim
