#include "sim/config/device_csv.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>
#include <optional>
#include <unordered_set>

#include "devicecore/identity.hpp"
#include "sim/config/text_file.hpp"

namespace fleetsim::sim {
namespace {

struct Field {
  std::string text;
  std::uint32_t column = 1;
};
struct Record {
  std::vector<Field> fields;
  std::uint32_t line = 1;
};

/// Splits RFC 4180 text into records; a quoted field may hold commas, doubled quotes and line ends.
class CsvScanner {
 public:
  CsvScanner(std::string_view text, std::uint16_t file, Diagnostics& diagnostics) : text_(text), file_(file), diagnostics_(diagnostics) {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") text_.remove_prefix(3);
  }

  /// Nothing at the end. A record that is broken is reported and skipped.
  std::optional<Record> next() {
    while (position_ < text_.size()) {
      Record record;
      record.line = line_;
      line_begin_ = position_;
      const bool good = read_record(record);
      const bool blank = record.fields.size() == 1 && record.fields[0].text.empty();
      if (good && !blank) return record;
    }
    return std::nullopt;
  }

 private:
  bool read_record(Record& record) {
    bool good = true;
    for (;;) {
      Field field;
      field.column = column();
      good = (at('"') ? read_quoted(field) : read_plain(field)) && good;
      record.fields.push_back(std::move(field));
      if (at(',')) {
        ++position_;
        continue;
      }
      end_line();
      return good;
    }
  }

  bool read_plain(Field& field) {
    while (position_ < text_.size() && text_[position_] != ',' && text_[position_] != '\n') field.text += text_[position_++];
    while (!field.text.empty() && (field.text.back() == '\r' || field.text.back() == ' ')) field.text.pop_back();
    field.text.erase(0, std::min(field.text.find_first_not_of(' '), field.text.size()));
    return true;
  }

  bool read_quoted(Field& field) {
    const Position opened{file_, line_, column()};
    ++position_;
    while (position_ < text_.size()) {
      const char c = text_[position_++];
      if (c == '"') {
        if (!at('"')) return after_quote();
        ++position_;
      } else if (c == '\n') {
        ++line_;
        line_begin_ = position_;
      }
      field.text += c;
    }
    diagnostics_.error(opened, "a quote is opened here and never closed");
    return false;
  }

  bool after_quote() {
    while (at(' ') || at('\r')) ++position_;
    if (position_ == text_.size() || at(',') || at('\n')) return true;
    diagnostics_.error({file_, line_, column()}, "expected a comma or the end of the line after the closing quote");
    while (position_ < text_.size() && !at(',') && !at('\n')) ++position_;
    return false;
  }

  void end_line() {
    if (position_ < text_.size()) ++position_;
    ++line_;
  }
  bool at(char c) const { return position_ < text_.size() && text_[position_] == c; }
  std::uint32_t column() const { return static_cast<std::uint32_t>(position_ - line_begin_ + 1); }

  std::string_view text_;
  std::uint16_t file_;
  Diagnostics& diagnostics_;
  std::size_t position_ = 0;
  std::size_t line_begin_ = 0;
  std::uint32_t line_ = 1;
};

constexpr std::array<std::string_view, 3> columns_wanted{"productKey", "deviceName", "deviceSecret"};
using Columns = std::array<std::size_t, 3>;

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

std::optional<Columns> read_header(const Record& header, std::uint16_t file, Diagnostics& diagnostics) {
  Columns columns{};
  bool good = true;
  for (std::size_t w = 0; w < columns_wanted.size(); ++w) {
    const auto found =
        std::find_if(header.fields.begin(), header.fields.end(), [&](const Field& f) { return same_word(f.text, columns_wanted[w]); });
    if (found == header.fields.end()) {
      diagnostics.error({file, header.line, 1},
                        fmt::format("the header has no column {}; expected productKey,deviceName,deviceSecret", columns_wanted[w]));
      good = false;
    }
    columns[w] = static_cast<std::size_t>(found - header.fields.begin());
  }
  return good ? std::optional{columns} : std::nullopt;
}

/// Which of the three columns an identity error is about.
std::size_t column_of(device::IdentityError error) {
  using E = device::IdentityError;
  switch (error) {
    case E::product_key_empty:
    case E::product_key_too_long:
    case E::product_key_bad_character:
      return 0;
    case E::device_name_empty:
    case E::device_name_too_long:
    case E::device_name_bad_character:
      return 1;
    case E::secret_empty:
    case E::secret_too_long:
    case E::secret_bad_character:
      return 2;
  }
  return 0;
}

}  // namespace

std::vector<DeviceRow> parse_device_csv(std::string_view text, std::uint16_t file, Diagnostics& diagnostics) {
  std::vector<DeviceRow> rows;
  CsvScanner scanner{text, file, diagnostics};
  const std::optional<Record> header = scanner.next();
  if (!header) {
    diagnostics.error({file, 0, 0}, "no lines; expected a header productKey,deviceName,deviceSecret");
    return rows;
  }
  const std::optional<Columns> columns = read_header(*header, file, diagnostics);
  if (!columns) return rows;
  const std::size_t fields_needed = *std::max_element(columns->begin(), columns->end()) + 1;
  std::unordered_set<std::string> seen;
  while (const std::optional<Record> record = scanner.next()) {
    if (record->fields.size() < fields_needed) {
      diagnostics.error({file, record->line, 1}, fmt::format("{} fields, expected {}", record->fields.size(), header->fields.size()));
      continue;
    }
    const Field& key = record->fields[(*columns)[0]];
    const Field& name = record->fields[(*columns)[1]];
    const Field& secret = record->fields[(*columns)[2]];
    if (const auto identity = device::Identity::parse(key.text, name.text, secret.text); !identity) {
      const std::size_t column = column_of(identity.error());
      diagnostics.error({file, record->line, record->fields[(*columns)[column]].column},
                        fmt::format("{}: {}", columns_wanted[column], device::describe(identity.error())));
      continue;
    }
    if (!seen.insert(key.text + '/' + name.text).second) {
      diagnostics.error({file, record->line, name.column}, fmt::format("the device {}/{} stands in the file twice", key.text, name.text));
      continue;
    }
    if (rows.size() == csv_rows_max) {
      diagnostics.error({file, record->line, 1}, fmt::format("more than {} devices in one file", csv_rows_max));
      return rows;
    }
    rows.push_back({key.text, name.text, secret.text});
  }
  if (rows.empty() && !diagnostics.failed()) diagnostics.error({file, 0, 0}, "no devices after the header");
  return rows;
}

std::vector<DeviceRow> load_device_csv(const std::string& path, const Position& wanted_at, Diagnostics& diagnostics) {
  const std::optional<std::string> text = read_text_file(path, {.wanted_at = wanted_at, .bytes_max = csv_bytes_max}, diagnostics);
  if (!text) return {};
  return parse_device_csv(*text, diagnostics.add_file(path), diagnostics);
}

}  // namespace fleetsim::sim
