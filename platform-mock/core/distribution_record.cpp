#include "platform-mock/core/distribution_record.hpp"

#include <string_view>

namespace fleetsim::platform {
namespace {

constexpr std::string_view end_of_line = "\r\n";
/// A spreadsheet would take a text that begins so for a formula.
constexpr std::string_view formula_starts = "=+-@\t\r";

/// RFC 4180: quoted where it holds what would end it.
void append_field(std::string& out, std::string_view text) {
  const bool is_formula = !text.empty() && formula_starts.find(text.front()) != std::string_view::npos;
  const bool must_quote = is_formula || text.find_first_of(",\"\r\n") != std::string_view::npos;
  if (!must_quote) {
    out.append(text);
    return;
  }
  out.push_back('"');
  if (is_formula) out.push_back('\'');
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

}  // namespace

std::string record_of(const Job& job) {
  std::string text = "DeviceName,Code,Message";
  text.append(end_of_line);
  for (const JobDeviceOutcome& outcome : job.outcomes) {
    append_field(text, outcome.device.view());
    text.append(",").append(std::to_string(outcome.code)).append(",");
    append_field(text, outcome.message);
    text.append(end_of_line);
  }
  return text;
}

}  // namespace fleetsim::platform
