// `fleetsim conform --dut KIND:WHAT`: examines a device, and says what it did otherwise than it should.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <thread>

#include "sim/app/interrupt.hpp"
#include "sim/app/output_file.hpp"
#include "sim/app/verbs.hpp"
#include "sim/conformance/duts/list.hpp"
#include "sim/conformance/examiner.hpp"
#include "sim/conformance/reports/sheet_json.hpp"
#include "sim/conformance/reports/sheet_junit.hpp"
#include "sim/conformance/reports/sheet_markdown.hpp"
#include "sim/conformance/reports/sheet_text.hpp"
#include "sim/conformance/selection.hpp"
#include "sim/report/exit_code.hpp"

namespace fleetsim::sim {
namespace {

int give_up(ExitCode code, const std::string& what) {
  std::fputs(fmt::format("fleetsim: {}\n", what).c_str(), stderr);
  return static_cast<int>(code);
}

void list_requirements(const std::vector<const Requirement*>& chosen) {
  for (const Requirement* one : chosen)
    std::fputs(fmt::format("{:<16} {:<6} {}\n{:<24}{}\n", one->id, level_name(one->level), one->text, "", one->clause.source).c_str(),
               stdout);
  std::fputs(fmt::format("{} requirements\n", chosen.size()).c_str(), stdout);
}

void show_plan(const DutAdapter& adapter, const std::vector<const Requirement*>& chosen) {
  for (const Requirement* one : chosen) {
    const auto missing = static_cast<std::uint16_t>(one->needs & ~adapter.can());
    const std::string without = missing == 0 ? std::string{} : " - not exercised: this kind of device cannot " + needs_words(missing);
    std::fputs(fmt::format("{:<16} {}{}\n", one->id, one->text, without).c_str(), stdout);
  }
}

bool is_broken(const Examined& examined, bool strict) {
  return examined.verdict == ExamVerdict::fail ||
         (strict && examined.verdict == ExamVerdict::pass_with_warnings && examined.requirement->level == Level::should);
}

ExitCode exit_code_of(const ExamSheet& sheet, bool strict) {
  const auto any = [&sheet](const auto& holds) { return std::any_of(sheet.examined.begin(), sheet.examined.end(), holds); };
  if (!sheet.problem.empty()) return ExitCode::environment;
  if (any([strict](const Examined& one) { return is_broken(one, strict); })) return ExitCode::check_failed;
  return any([](const Examined& one) { return one.verdict == ExamVerdict::inconclusive; }) ? ExitCode::environment : ExitCode::pass;
}

ExaminerOptions options_of(const ConformVerb& verb, std::FILE* out) {
  ExaminerOptions options;
  options.seed = verb.seed;
  options.threads = verb.threads.value_or(std::max(1U, std::thread::hardware_concurrency()));
  options.retries = verb.retries;
  options.stop = &catch_interrupts();
  options.progress = [is_quiet = verb.quiet, out](const Examined& examined, std::size_t, std::size_t) {
    if (is_quiet && examined.verdict == ExamVerdict::pass) return;
    std::fputs(examined_line(examined).c_str(), out);
    std::fflush(out);
  };
  return options;
}

std::string write_reports(const ConformVerb& verb, const ExamSheet& sheet, const SheetFacts& facts) {
  std::string lost;
  if (!verb.junit_file.empty()) lost += write_output(verb.junit_file, sheet_junit(sheet, facts));
  if (!verb.json_file.empty()) lost += write_output(verb.json_file, sheet_json(sheet, facts));
  if (!verb.markdown_file.empty()) lost += write_output(verb.markdown_file, sheet_markdown(sheet, facts));
  return lost;
}

}  // namespace

int conform_verb(const ConformVerb& verb) {
  const auto chosen = select({.filters = verb.filters, .groups = verb.groups, .ids = verb.requirements});
  if (!chosen) return give_up(ExitCode::usage, chosen.error());
  if (verb.list) {
    list_requirements(*chosen);
    return static_cast<int>(ExitCode::pass);
  }
  const auto adapter = make_dut(verb.dut);
  if (!adapter) return give_up(ExitCode::usage, adapter.error());
  if (verb.dry_run) {
    show_plan(**adapter, *chosen);
    return static_cast<int>(ExitCode::pass);
  }
  for (const std::string& file : {verb.junit_file, verb.json_file, verb.markdown_file})
    if (const std::string wrong = probe_output(file); !wrong.empty()) return give_up(ExitCode::usage, wrong);
  const auto begin = std::chrono::steady_clock::now();
  const bool speaks_to_programs = verb.junit_file == "-" || verb.json_file == "-" || verb.markdown_file == "-";
  std::FILE* const out = speaks_to_programs ? stderr : stdout;
  const ExamSheet sheet = examine(**adapter, *chosen, options_of(verb, out));
  std::fputs("\n", out);
  for (const Examined& examined : sheet.examined) std::fputs(examined_details(examined).c_str(), out);
  std::fputs(sheet_summary(sheet, (*adapter)->name()).c_str(), out);
  if (!sheet.problem.empty()) std::fputs(fmt::format("fleetsim: {}\n", sheet.problem).c_str(), stderr);
  const ExitCode code = catch_interrupts().load() ? ExitCode::interrupted : exit_code_of(sheet, verb.strict);
  const SheetFacts facts{.dut = (*adapter)->name(),
                         .seed = verb.seed,
                         .seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
                         .strict = verb.strict,
                         .exit_code = static_cast<int>(code)};
  const std::string lost = write_reports(verb, sheet, facts);
  return lost.empty() ? static_cast<int>(code) : give_up(ExitCode::environment, lost);
}

}  // namespace fleetsim::sim
