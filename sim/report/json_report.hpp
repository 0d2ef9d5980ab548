// The result of a run as JSON, described by scenarios/report.schema.json. Series carry the histogram's buckets, so that reports of
// several processes (--shard k/n) can be merged exactly.
//
//   std::string text = json_report(result);
#pragma once

#include <string>

#include "sim/report/run_result.hpp"

namespace fleetsim::sim {

inline constexpr int report_schema_version = 1;

/// Ends with a line end.
std::string json_report(const RunResult& result);

/// "pass", "fail", "invalid", "interrupted"
std::string_view verdict_name(Verdict verdict);

}  // namespace fleetsim::sim
