// `fleetsim conform --dut KIND:WHAT`: examines a device, and says what it did otherwise than it should.
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <unistd.h>

#include "sim/app/conform_exam.hpp"
#include "sim/app/conform_reports.hpp"
#include "sim/app/interrupt.hpp"
#include "sim/app/verbs.hpp"
#include "sim/conformance/capabilities_file.hpp"
#include "sim/conformance/duts/list.hpp"
#include "sim/conformance/examiner.hpp"
#include "sim/conformance/reports/exam_progress_line.hpp"
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
    const std::string why = out_of_reach(adapter, *one);
    const std::string without = why.empty() ? std::string{} : " - not exercised: " + why;
    std::fputs(fmt::format("{:<16} {}{}\n", one->id, one->text, without).c_str(), stdout);
  }
}

/// An exam, told to whoever has asked for it.
class ConformRun {
 public:
  ConformRun(const ConformVerb& verb, DutAdapter& adapter, const GivenFiles& given)
      : verb_(verb),
        adapter_(adapter),
        out_(speaks_to_programs(verb) ? stderr : stdout),
        line_(verb.quiet                     ? ExamProgressLine::Mode::off
              : ::isatty(STDERR_FILENO) == 1 ? ExamProgressLine::Mode::terminal
                                             : ExamProgressLine::Mode::plain),
        listener_{.stop = &catch_interrupts(),
                  .examined = [this](const Examined& examined) { tell_one(examined); },
                  .heartbeat = [this](const ExamProgress& progress) { say(stderr, line_.update(progress, exam_.elapsed())); }},
        exam_(verb, adapter, given, listener_) {}

  int run(const std::vector<const Requirement*>& chosen);

 private:
  void say(std::FILE* stream, const std::string& text) const {
    std::fputs(text.c_str(), stream);
    std::fflush(stream);
  }
  void tell_one(const Examined& examined);
  void tell(const ExamSheet& sheet, const SheetFacts& facts) const;

  const ConformVerb& verb_;
  DutAdapter& adapter_;
  std::FILE* const out_;
  ExamProgressLine line_;
  const ExamListener listener_;
  ConformExam exam_;
};

void ConformRun::tell_one(const Examined& examined) {
  if (verb_.quiet && examined.verdict == ExamVerdict::pass && !is_flaky(examined)) return;
  say(stderr, line_.before_other_text(exam_.elapsed()));
  say(out_, examined_line(examined));
}

void ConformRun::tell(const ExamSheet& sheet, const SheetFacts& facts) const {
  std::string text = "\n";
  for (const Examined& examined : sheet.examined) text += examined_details(examined);
  const Capabilities& nature = exam_.capabilities();
  if (nature.is_known() && !verb_.quiet) text += "What the device does by nature:\n" + capabilities_text(nature) + "\n";
  if (const std::string foreign = facts.foreign_baseline(); !foreign.empty()) text += one_line(foreign) + "\n";
  text += sheet_summary(sheet, adapter_.name());
  say(out_, text);
  if (!sheet.problem.empty()) say(stderr, fmt::format("fleetsim: {}\n", sheet.problem));
}

int ConformRun::run(const std::vector<const Requirement*>& chosen) {
  const ExamSheet sheet = exam_.examine_all(chosen);
  say(stderr, line_.before_other_text(exam_.elapsed()));
  const SheetFacts facts = exam_.facts_of(sheet);
  tell(sheet, facts);
  const std::string lost = write_reports(verb_, sheet, facts);
  return lost.empty() ? facts.exit_code : give_up(ExitCode::environment, lost);
}

}  // namespace

int conform_verb(const ConformVerb& verb) {
  const auto chosen = select({.filters = verb.filters, .groups = verb.groups, .ids = verb.requirements});
  if (!chosen) return give_up(ExitCode::usage, chosen.error());
  if (verb.list) {
    list_requirements(*chosen);
    return static_cast<int>(ExitCode::pass);
  }
  const auto adapter = make_dut(verb.dut, dut_options_of(verb));
  if (!adapter) return give_up(ExitCode::usage, adapter.error());
  if (verb.dry_run) {
    show_plan(**adapter, *chosen);
    return static_cast<int>(ExitCode::pass);
  }
  if (const std::string wrong = probe_reports(verb); !wrong.empty()) return give_up(ExitCode::usage, wrong);
  const auto given = read_given_files(verb);
  if (!given.ok()) return give_up(ExitCode::usage, given.error());
  return ConformRun(verb, **adapter, *given).run(*chosen);
}

}  // namespace fleetsim::sim
