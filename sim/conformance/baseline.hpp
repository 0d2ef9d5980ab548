// A report of before (`fleetsim conform --json`): what failed then is known now, and what it took says what fits into a budget.
//
//   const auto baseline = read_baseline("before.json");       // the error says what is wrong with the file
//   examined.standing = baseline->standing_of(examined);
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "devicecore/base/result.hpp"
#include "sim/conformance/verdict.hpp"

namespace fleetsim::sim {

struct BaselineEntry {
  ExamVerdict verdict = ExamVerdict::not_exercised;
  double seconds = 0;  // of the host's time
};

struct Baseline {
  std::string file;
  std::string dut;
  std::uint64_t seed = 0;
  std::map<std::string, BaselineEntry, std::less<>> entries;  // by the requirement's id

  Standing standing_of(const Examined& examined) const;
  /// What the requirement took then; nothing: it was not examined.
  std::optional<double> seconds_of(std::string_view id) const;
};

Result<Baseline, std::string> read_baseline(const std::string& path);
/// `file` is for messages only.
Result<Baseline, std::string> parse_baseline(std::string_view text, const std::string& file);

}  // namespace fleetsim::sim
