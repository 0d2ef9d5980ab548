// A list of devices as a CSV file, as people upload it for a job: one column with a header, UTF-8 with or without a byte order mark, lines
// that end in LF or CRLF, fields quoted where they like.
//
//   auto names = read_device_list(text, {.bytes_max = 1 << 20, .rows_max = 1000});
//   if (!names) for (const CsvProblem& problem : names.error()) tell(problem.line, problem.message);
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/result.hpp"
#include "platform-mock/core/ids.hpp"

namespace fleetsim::platform {

struct CsvLimits {
  std::size_t bytes_max = 0;
  std::size_t rows_max = 0;  // without the header
};

struct CsvProblem {
  std::size_t line = 0;  // from 1; 0: the file as a whole
  std::string message;
  bool too_large = false;  // the file has more bytes or rows than the limit
};

/// So many mistakes are told at once; there may be more.
inline constexpr std::size_t csv_problems_max = 20;
/// The header, and all that the template has.
inline constexpr std::string_view device_list_header = "DeviceName";

/// The names in the order of the file, or what is wrong with it: never both.
Result<std::vector<DeviceName>, std::vector<CsvProblem>> read_device_list(std::string_view text, const CsvLimits& limits);

/// What "Download template" gives.
std::string device_list_template();

}  // namespace fleetsim::platform
