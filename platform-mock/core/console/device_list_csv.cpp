#include "platform-mock/core/console/device_list_csv.hpp"

#include <optional>
#include <unordered_map>
#include <utility>

#include "platform-mock/core/platform_config.hpp"
#include "platform-mock/core/platform_error.hpp"
#include "platform-mock/core/utf8.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Only its beginning: a file may hold anything.
std::string shown(std::string_view text) { return quoted(text.substr(0, device_name_bytes_max)); }

/// One record of the file: its fields, the line where it begins, and what is wrong with its form.
struct Record {
  std::vector<std::string> fields;
  std::size_t line = 0;
  std::optional<std::string> mistake;

  bool blank() const { return fields.size() == 1 && fields.front().empty() && !mistake; }
};

/// RFC 4180, a record at a time.
class RecordReader {
 public:
  explicit RecordReader(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }

  Record next() {
    Record record;
    record.line = line_;
    for (bool more = true; more;) more = read_field(record);
    return record;
  }

 private:
  /// Whether another field of the record follows.
  bool read_field(Record& record) {
    std::string& field = record.fields.emplace_back();
    if (!rest_.empty() && rest_.front() == '"') {
      if (!read_quoted(field)) {
        record.mistake = "a quoted field is not closed";
        return false;
      }
      if (!rest_.empty() && rest_.front() != ',' && rest_.front() != '\r' && rest_.front() != '\n')
        record.mistake = "there is text after a closing quote";
    }
    const std::size_t end = rest_.find_first_of(",\r\n");
    field.append(rest_.substr(0, end));
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end);
    if (rest_.empty()) return false;
    const char delimiter = rest_.front();
    rest_.remove_prefix(1);
    if (delimiter == ',') return true;
    if (delimiter == '\r' && !rest_.empty() && rest_.front() == '\n') rest_.remove_prefix(1);
    ++line_;
    return false;
  }

  bool read_quoted(std::string& field) {
    rest_.remove_prefix(1);
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '\n') ++line_;
      if (c != '"') {
        field.push_back(c);
      } else if (!rest_.empty() && rest_.front() == '"') {
        field.push_back('"');
        rest_.remove_prefix(1);
      } else {
        return true;
      }
    }
    return false;
  }

  std::string_view rest_;
  std::size_t line_ = 1;
};

/// Collects names and mistakes; both lists are bounded.
class ListBuilder {
 public:
  explicit ListBuilder(const CsvLimits& limits) : limits_(limits) {}

  bool full() const { return problems_.size() >= csv_problems_max || too_many_; }

  void take_header(const Record& record) {
    if (record.mistake) return tell(record.line, *record.mistake);
    if (record.fields.size() != 1 || record.fields.front() != device_list_header)
      tell(record.line, "the header must be " + std::string{device_list_header} + ", found " + shown(record.fields.front()));
  }

  void take(const Record& record) {
    if (record.mistake) return tell(record.line, *record.mistake);
    if (record.blank()) return;
    if (names_.size() >= limits_.rows_max) {
      too_many_ = true;
      problems_.push_back({record.line, "more than " + std::to_string(limits_.rows_max) + " devices", true});
      return;
    }
    if (record.fields.size() != 1) return tell(record.line, "expected one field, found " + std::to_string(record.fields.size()));
    const std::string& name = record.fields.front();
    if (!is_device_name(name)) return tell(record.line, shown(name) + " is not a device name: 4 to 32 of A-Z a-z 0-9 - _ . @ :");
    if (const auto [known, fresh] = lines_.emplace(name, record.line); !fresh)
      return tell(record.line, shown(name) + " stands on line " + std::to_string(known->second) + " already");
    names_.emplace_back(name);
  }

  Result<std::vector<DeviceName>, std::vector<CsvProblem>> finish() {
    if (problems_.empty() && names_.empty()) tell(0, "the file lists no device");
    if (!problems_.empty()) return fail(std::move(problems_));
    return std::move(names_);
  }

 private:
  void tell(std::size_t line, std::string message) { problems_.push_back({line, std::move(message)}); }

  const CsvLimits& limits_;
  std::vector<DeviceName> names_;
  std::unordered_map<std::string, std::size_t> lines_;  // where each name stands
  std::vector<CsvProblem> problems_;
  bool too_many_ = false;
};

std::size_t line_of(std::string_view text, std::size_t position) {
  std::size_t line = 1;
  for (const char c : text.substr(0, position))
    if (c == '\n') ++line;
  return line;
}

}  // namespace

Result<std::vector<DeviceName>, std::vector<CsvProblem>> read_device_list(std::string_view text, const CsvLimits& limits) {
  using Problems = std::vector<CsvProblem>;
  if (text.size() > limits.bytes_max)
    return fail(Problems{{0, "the file has " + std::to_string(text.size()) + " bytes; at most " + std::to_string(limits.bytes_max), true}});
  if (const auto bad = first_bad_utf8(text)) return fail(Problems{{line_of(text, *bad), "this is not UTF-8"}});
  if (text.substr(0, byte_order_mark.size()) == byte_order_mark) text.remove_prefix(byte_order_mark.size());
  if (text.empty()) return fail(Problems{{0, "the file is empty"}});

  RecordReader reader(text);
  ListBuilder list(limits);
  list.take_header(reader.next());
  while (!reader.done() && !list.full()) list.take(reader.next());
  return list.finish();
}

std::string device_list_template() { return std::string{device_list_header} + "\r\n"; }

}  // namespace fleetsim::platform
