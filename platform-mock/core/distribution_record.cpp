#include "platform-mock/core/distribution_record.hpp"

#include <string_view>

#include "platform-mock/core/json_text.hpp"

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

/// Names are of characters that stand in JSON as they are; messages are the platform's own, with names in quotation marks.
std::string as_json(const Job& job) {
  std::string text = "[";
  for (const JobDeviceOutcome& outcome : job.outcomes) {
    text.append(text.size() == 1 ? R"({"DeviceName":)" : R"(,{"DeviceName":)");
    append_json_string(text, outcome.device.view());
    text.append(R"(,"Code":)").append(std::to_string(outcome.code)).append(R"(,"Message":)");
    append_json_string(text, job.message_of(outcome));
    text.append("}");
  }
  return text.append("]");
}

std::string as_csv(const Job& job) {
  std::string text = "DeviceName,Code,Message";
  text.append(end_of_line);
  for (const JobDeviceOutcome& outcome : job.outcomes) {
    append_field(text, outcome.device.view());
    text.append(",").append(std::to_string(outcome.code)).append(",");
    append_field(text, job.message_of(outcome));
    text.append(end_of_line);
  }
  return text;
}

}  // namespace

std::string record_of(const Job& job, RecordFormat format) {
  switch (format) {
    case RecordFormat::csv:
      return as_csv(job);
    case RecordFormat::json:
      return as_json(job);
  }
  return {};
}

}  // namespace fleetsim::platform
