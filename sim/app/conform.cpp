// `fleetsim conform --dut KIND:WHAT`: examines a device, and says what it did otherwise than it should.
#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <thread>

#include "sim/app/interrupt.hpp"
#include "sim/app/verbs.hpp"
#include "sim/conformance/duts/list.hpp"
#include "sim/conformance/examiner.hpp"
#include "sim/conformance/selection.hpp"
#include "sim/conformance/sheet_text.hpp"
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
  ExaminerOptions options;
  options.seed = verb.seed;
  options.threads = verb.threads.value_or(std::max(1U, std::thread::hardware_concurrency()));
  options.retries = verb.retries;
  options.stop = &catch_interrupts();
  options.progress = [&verb](const Examined& examined, std::size_t, std::size_t) {
    if (verb.quiet && examined.verdict == ExamVerdict::pass) return;
    std::fputs(examined_line(examined).c_str(), stdout);
    std::fflush(stdout);
  };
  const ExamSheet sheet = examine(**adapter, *chosen, options);
  std::fputs("\n", stdout);
  for (const Examined& examined : sheet.examined) std::fputs(examined_details(examined).c_str(), stdout);
  std::fputs(sheet_summary(sheet, (*adapter)->name()).c_str(), stdout);
  if (!sheet.problem.empty()) std::fputs(fmt::format("fleetsim: {}\n", sheet.problem).c_str(), stderr);
  if (options.stop->load()) return static_cast<int>(ExitCode::interrupted);
  return static_cast<int>(exit_code_of(sheet, verb.strict));
}

}  // namespace fleetsim::sim
