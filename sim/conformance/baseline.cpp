#include "sim/conformance/baseline.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "sim/conformance/json_file.hpp"
#include "sim/conformance/reports/sheet_json.hpp"

namespace fleetsim::sim {
namespace {

std::optional<ExamVerdict> verdict_of(std::string_view word) {
  constexpr std::array all = {ExamVerdict::pass,           ExamVerdict::pass_with_warnings, ExamVerdict::fail,
                              ExamVerdict::not_applicable, ExamVerdict::inconclusive,       ExamVerdict::not_exercised};
  for (const ExamVerdict verdict : all)
    if (verdict_word(verdict) == word) return verdict;
  return std::nullopt;
}

std::string text_in(const boost::json::object& object, std::string_view name) {
  const boost::json::value* const member = object.if_contains({name.data(), name.size()});
  const boost::json::string* const text = member == nullptr ? nullptr : member->if_string();
  return text == nullptr ? std::string{} : std::string(text->data(), text->size());
}

double number_in(const boost::json::object& object, std::string_view name) {
  const boost::json::value* const member = object.if_contains({name.data(), name.size()});
  return member == nullptr || !member->is_number() ? 0 : member->to_number<double>();
}

std::string no_report(const std::string& file, const std::string& why) {
  return fmt::format("{} is no report of `fleetsim conform --json`: {}", file, why);
}

/// What is wrong with it; empty: it is taken.
std::string take_entry(Baseline& baseline, const boost::json::value& value, std::size_t position) {
  const boost::json::object* const entry = value.if_object();
  const std::string where = fmt::format("requirements[{}]", position);
  if (entry == nullptr) return where + " is no object";
  const std::string id = text_in(*entry, "id");
  if (id.empty()) return where + " has no id";
  const std::string word = text_in(*entry, "verdict");
  const auto verdict = verdict_of(word);
  if (!verdict) return fmt::format("{} ({}) has \"{}\" for a verdict", where, id, word);
  if (!baseline.entries.emplace(id, BaselineEntry{.verdict = *verdict, .seconds = number_in(*entry, "seconds")}).second)
    return fmt::format("{} is there twice", id);
  return {};
}

/// Something was found that should not be.
bool is_wrong(ExamVerdict verdict) { return verdict == ExamVerdict::fail || verdict == ExamVerdict::pass_with_warnings; }

}  // namespace

Standing Baseline::standing_of(const Examined& examined) const {
  const auto before = entries.find(examined.requirement->id);
  const ExamVerdict then = before == entries.end() ? ExamVerdict::not_exercised : before->second.verdict;
  if (examined.verdict == ExamVerdict::inconclusive) return then == ExamVerdict::inconclusive ? Standing::known : Standing::new_here;
  // Who passed with a warning and fails now has got worse.
  if (examined.verdict == ExamVerdict::fail) return then == ExamVerdict::fail ? Standing::known : Standing::new_here;
  if (examined.verdict == ExamVerdict::pass_with_warnings) return is_wrong(then) ? Standing::known : Standing::new_here;
  const bool is_mended = examined.verdict == ExamVerdict::pass && examined.attempts == 1 && is_wrong(then);
  return is_mended ? Standing::mended : Standing::not_compared;
}

std::optional<double> Baseline::seconds_of(std::string_view id) const {
  const auto entry = entries.find(id);
  if (entry == entries.end() || entry->second.verdict == ExamVerdict::not_exercised) return std::nullopt;
  return entry->second.seconds;
}

Result<Baseline, std::string> parse_baseline(std::string_view text, const std::string& file) {
  const auto document = parse_json_object(text, file);
  if (!document.ok()) return fail(no_report(file, document.error()));
  const boost::json::value* const version = document->if_contains("schema_version");
  if (version == nullptr || !version->is_int64()) return fail(no_report(file, "it has no \"schema_version\""));
  if (version->get_int64() != conformance_schema_version)
    return fail(
        no_report(file, fmt::format("its \"schema_version\" is {}, expected {}", version->get_int64(), conformance_schema_version)));
  const boost::json::value* const list = document->if_contains("requirements");
  if (list == nullptr || !list->is_array()) return fail(no_report(file, "it has no list \"requirements\""));
  Baseline baseline{
      .file = file, .dut = text_in(*document, "dut"), .seed = static_cast<std::uint64_t>(number_in(*document, "seed")), .entries = {}};
  for (std::size_t i = 0; i < list->get_array().size(); ++i)
    if (const std::string wrong = take_entry(baseline, list->get_array()[i], i); !wrong.empty()) return fail(no_report(file, wrong));
  return baseline;
}

Result<Baseline, std::string> read_baseline(const std::string& path) {
  const auto text = read_text_file(path);
  if (!text.ok()) return fail(text.error());
  return parse_baseline(*text, path);
}

}  // namespace fleetsim::sim
