#include "sim/app/conform_reports.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <string_view>
#include <system_error>

#include "sim/app/output_file.hpp"
#include "sim/conformance/capabilities_file.hpp"
#include "sim/conformance/reports/sheet_html.hpp"
#include "sim/conformance/reports/sheet_json.hpp"
#include "sim/conformance/reports/sheet_junit.hpp"
#include "sim/conformance/reports/sheet_markdown.hpp"

namespace fleetsim::sim {
namespace {

struct ReportPlace {
  std::string_view option;
  const std::string& path;
  std::string (*text)(const ExamSheet& sheet, const SheetFacts& facts);
};

std::string capabilities_of(const ExamSheet&, const SheetFacts& facts) {
  return capabilities_file({.dut = facts.dut, .seed = facts.seed}, facts.capabilities);
}

std::array<ReportPlace, 5> places_of(const ConformVerb& verb) {
  return {{{"--junit", verb.junit_file, sheet_junit},
           {"--json", verb.json_file, sheet_json},
           {"--html", verb.html_file, sheet_html},
           {"--markdown", verb.markdown_file, sheet_markdown},
           {"--capabilities-out", verb.capabilities_out, capabilities_of}}};
}

/// Two names of one file: "r.json", "./r.json", a link to it.
std::filesystem::path file_of(const std::string& path) {
  constexpr int links_max = 40;
  std::error_code unknown;
  std::filesystem::path file = std::filesystem::absolute(path, unknown);
  // Also where a link leads to a file that is not there yet.
  for (int links = 0; links < links_max && std::filesystem::is_symlink(file, unknown); ++links)
    file = file.parent_path() / std::filesystem::read_symlink(file, unknown);
  file = std::filesystem::weakly_canonical(file, unknown);
  return unknown ? std::filesystem::path(path) : file;
}

/// A device or a pipe keeps what was written into it before.
bool is_overwritten(const std::string& path) {
  std::error_code unknown;
  const auto type = std::filesystem::status(path, unknown).type();
  return type == std::filesystem::file_type::regular || type == std::filesystem::file_type::not_found;
}

/// "--json and --html would both be written into r.json"; empty: each has a file of its own.
std::string one_over_the_other(const std::array<ReportPlace, 5>& places) {
  for (std::size_t i = 0; i < places.size(); ++i)
    for (std::size_t other = 0; other < i; ++other) {
      const std::string& path = places[i].path;
      if (path.empty() || path == "-" || places[other].path.empty() || places[other].path == "-") continue;
      if (is_overwritten(path) && file_of(path) == file_of(places[other].path))
        return fmt::format("{} and {} would both be written into {}: give each a file of its own", places[other].option, places[i].option,
                           path);
    }
  return {};
}

}  // namespace

std::string probe_reports(const ConformVerb& verb) {
  if (std::string wrong = one_over_the_other(places_of(verb)); !wrong.empty()) return wrong;
  std::string_view on_standard_output;
  for (const ReportPlace& place : places_of(verb)) {
    if (std::string wrong = probe_output(place.path); !wrong.empty()) return wrong;
    if (place.path != "-") continue;
    if (!on_standard_output.empty()) return fmt::format("{} - and {} - would mix on standard output", on_standard_output, place.option);
    on_standard_output = place.option;
  }
  return {};
}

bool speaks_to_programs(const ConformVerb& verb) {
  const auto places = places_of(verb);
  return std::any_of(places.begin(), places.end(), [](const ReportPlace& place) { return place.path == "-"; });
}

std::string write_reports(const ConformVerb& verb, const ExamSheet& sheet, const SheetFacts& facts) {
  std::string lost;
  for (const ReportPlace& place : places_of(verb)) {
    if (place.path.empty()) continue;
    if (const std::string problem = write_output(place.path, place.text(sheet, facts)); !problem.empty())
      lost += (lost.empty() ? "" : "; ") + problem;
  }
  return lost;
}

}  // namespace fleetsim::sim
