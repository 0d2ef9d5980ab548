// `fleetsim conform --dut KIND:WHAT`: examines a device, and says what it did otherwise than it should.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <thread>
#include <unistd.h>

#include "sim/app/conform_reports.hpp"
#include "sim/app/interrupt.hpp"
#include "sim/app/verbs.hpp"
#include "sim/config/units.hpp"
#include "sim/conformance/capabilities_file.hpp"
#include "sim/conformance/discovery.hpp"
#include "sim/conformance/duts/list.hpp"
#include "sim/conformance/exam_watch.hpp"
#include "sim/conformance/examiner.hpp"
#include "sim/conformance/reports/exam_progress_line.hpp"
#include "sim/conformance/reports/sheet_text.hpp"
#include "sim/conformance/requirements/list.hpp"
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

/// Files that an exam is given.
struct GivenFiles {
  std::optional<Baseline> baseline;
  Capabilities declared;
};

Result<GivenFiles, std::string> read_given(const ConformVerb& verb) {
  GivenFiles given;
  if (!verb.baseline_file.empty()) {
    auto baseline = read_baseline(verb.baseline_file);
    if (!baseline.ok()) return fail(baseline.error());
    given.baseline = std::move(*baseline);
  }
  if (!verb.capabilities_file.empty()) {
    auto declared = read_capabilities(verb.capabilities_file);
    if (!declared.ok()) return fail(declared.error());
    given.declared = std::move(*declared);
  }
  return given;
}

DutOptions dut_options_of(const ConformVerb& verb) {
  DutOptions options;
  options.time_scale = verb.time_scale;
  options.case_time = std::chrono::seconds{verb.case_seconds};
  if (verb.dut_tls == "bootstrap") options.tls = DutTls::bootstrap;
  if (verb.dut_tls == "mqtt") options.tls = DutTls::mqtt;
  if (verb.dut_tls == "both") options.tls = DutTls::both;
  options.address = verb.external_address;
  options.port = verb.external_port;
  options.answers_file = verb.answers_file;
  options.patience = std::chrono::seconds{verb.external_seconds};
  return options;
}

/// What must stand in a replay line besides.
std::string replay_options_of(const ConformVerb& verb) {
  const ConformVerb plain;
  std::string text;
  if (verb.time_scale) text += fmt::format(" --time-scale {}", *verb.time_scale);
  if (verb.case_seconds != plain.case_seconds) text += fmt::format(" --case-time {}", verb.case_seconds);
  if (verb.dut_tls != plain.dut_tls) text += " --dut-tls " + verb.dut_tls;
  if (verb.external_address != plain.external_address) text += " --external-address " + verb.external_address;
  if (verb.external_port != plain.external_port) text += fmt::format(" --external-port {}", verb.external_port);
  if (!verb.answers_file.empty()) text += " --answers " + shell_word(verb.answers_file);
  if (!verb.capabilities_file.empty()) text += " --capabilities " + shell_word(verb.capabilities_file);
  if (verb.no_discovery) text += " --no-discovery";
  return text;
}

std::optional<std::chrono::steady_clock::time_point> deadline_of(const ExaminerOptions& options) {
  if (!options.budget) return std::nullopt;
  return options.budget->begin + options.budget->whole;
}

/// One exam from its first look at the device to its exit code.
class ConformRun {
 public:
  ConformRun(const ConformVerb& verb, DutAdapter& adapter, const GivenFiles& given)
      : verb_(verb),
        adapter_(adapter),
        given_(given),
        out_(speaks_to_programs(verb) ? stderr : stdout),
        line_(verb.quiet                     ? ExamProgressLine::Mode::off
              : ::isatty(STDERR_FILENO) == 1 ? ExamProgressLine::Mode::terminal
                                             : ExamProgressLine::Mode::plain) {}

  int run(const std::vector<const Requirement*>& chosen);

 private:
  double elapsed() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count(); }
  void say(std::FILE* stream, const std::string& text) const {
    std::fputs(text.c_str(), stream);
    std::fflush(stream);
  }
  ExaminerOptions options();
  Discovery look_at_device(const ExaminerOptions& options);
  bool looks_closely(const std::vector<const Requirement*>& chosen) const;
  ExamSheet sheet_of(const std::vector<const Requirement*>& chosen);
  ExitCode exit_code_of(const ExamSheet& sheet) const;
  void tell(const ExamSheet& sheet) const;

  const ConformVerb& verb_;
  DutAdapter& adapter_;
  const GivenFiles& given_;
  std::FILE* const out_;
  ExamProgressLine line_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  Capabilities capabilities_;
};

ExaminerOptions ConformRun::options() {
  ExaminerOptions options;
  options.seed = verb_.seed;
  options.threads = verb_.threads ? *verb_.threads : adapter_.at_once(std::max(1U, std::thread::hardware_concurrency()));
  options.retries = verb_.retries;
  options.stop = &catch_interrupts();
  if (!verb_.budget.empty()) options.budget = ExamBudget{.whole = *parse_duration(verb_.budget), .begin = begin_};
  if (given_.baseline) options.baseline = &*given_.baseline;
  options.replay_options = replay_options_of(verb_);
  options.progress = [this](const Examined& examined, std::size_t, std::size_t) {
    if (verb_.quiet && examined.verdict == ExamVerdict::pass && !is_flaky(examined)) return;
    say(stderr, line_.before_other_text(elapsed()));
    say(out_, examined_line(examined));
  };
  options.heartbeat = [this](const ExamProgress& progress) { say(stderr, line_.update(progress, elapsed())); };
  return options;
}

/// What it does by nature, from a run of its own.
Discovery ConformRun::look_at_device(const ExaminerOptions& options) {
  const ExamProgress at_first{.done = 0, .all = 0, .under_way = {"what the device does by nature"}};
  const ExamWatch watch({.stop = options.stop, .deadline = deadline_of(options), .look = [&] { options.heartbeat(at_first); }});
  Discovery found = discover(adapter_, {.seed = verb_.seed, .patience = options.patience, .stop = &watch.halted()});
  if (watch.halted().load()) found.has_shown_life = true;  // it may have had no time to
  return found;
}

/// Whether the rest is worth its time: a single requirement on a real device should not wait for it.
bool ConformRun::looks_closely(const std::vector<const Requirement*>& chosen) const {
  const bool is_time_free = adapter_.lasts_max() == Duration::max();
  return !verb_.no_discovery && (is_time_free || chosen.size() == requirements().size() || !verb_.capabilities_out.empty());
}

ExamSheet ConformRun::sheet_of(const std::vector<const Requirement*>& chosen) {
  ExaminerOptions how = options();
  if (!verb_.no_discovery) {
    Discovery found = look_at_device(how);
    how.capabilities = found.capabilities;
    // Nobody need wait for a silent device again, requirement by requirement.
    if (!found.problem.empty() || !found.has_shown_life) {
      ExamSheet sheet = unexamined(adapter_, chosen, how,
                                   !found.problem.empty() ? found.problem
                                   : !found.trouble.empty()
                                       ? found.trouble
                                       : fmt::format("the device did nothing within {} of power", seconds_words(how.patience.online)));
      sheet.problem = std::move(found.problem);
      return sheet;
    }
  }
  how.capabilities.override_by(given_.declared);
  Capabilities more;
  const ExamWatch watch({.stop = how.stop, .deadline = deadline_of(how)});
  std::thread beside;
  const auto look_closely = [&] {
    if (looks_closely(chosen)) more = discover_more(adapter_, {.seed = verb_.seed, .patience = how.patience, .stop = &watch.halted()});
  };
  // Who asks for one at a time has a device that cannot be there twice.
  if (how.threads > 1) beside = std::thread(look_closely);
  ExamSheet sheet = examine(adapter_, chosen, how);
  if (beside.joinable())
    beside.join();
  else
    look_closely();
  capabilities_ = how.capabilities;
  capabilities_.add(more);
  return sheet;
}

ExitCode ConformRun::exit_code_of(const ExamSheet& sheet) const {
  const auto any = [&sheet](const auto& holds) { return std::any_of(sheet.examined.begin(), sheet.examined.end(), holds); };
  const auto is_known = [](const Examined& one) { return one.standing == Standing::known; };
  if (catch_interrupts().load()) return ExitCode::interrupted;
  if (any([&](const Examined& one) { return is_broken(one, verb_.strict) && !is_known(one); })) return ExitCode::check_failed;
  if (!sheet.problem.empty()) return ExitCode::environment;
  if (any([&](const Examined& one) { return one.verdict == ExamVerdict::inconclusive && !is_known(one); })) return ExitCode::environment;
  // Silence is never a pass, however well it is known.
  const SheetCounts counts = count_verdicts(sheet);
  const bool is_silent = counts.passed + counts.warned + counts.failed == 0 && counts.left_out + counts.inconclusive > 0;
  return is_silent ? ExitCode::environment : ExitCode::pass;
}

void ConformRun::tell(const ExamSheet& sheet) const {
  std::string text = "\n";
  for (const Examined& examined : sheet.examined) text += examined_details(examined);
  if (capabilities_.is_known() && !verb_.quiet) text += "What the device does by nature:\n" + capabilities_text(capabilities_) + "\n";
  if (given_.baseline && given_.baseline->dut != adapter_.name())
    text += fmt::format("{} is a report of {}\n", given_.baseline->file, given_.baseline->dut);
  text += sheet_summary(sheet, adapter_.name());
  say(out_, text);
  if (!sheet.problem.empty()) say(stderr, fmt::format("fleetsim: {}\n", sheet.problem));
}

int ConformRun::run(const std::vector<const Requirement*>& chosen) {
  const ExamSheet sheet = sheet_of(chosen);
  say(stderr, line_.before_other_text(elapsed()));
  tell(sheet);
  const ExitCode code = exit_code_of(sheet);
  const SheetFacts facts{.dut = adapter_.name(),
                         .seed = verb_.seed,
                         .seconds = elapsed(),
                         .strict = verb_.strict,
                         .exit_code = static_cast<int>(code),
                         .capabilities = capabilities_,
                         .baseline = verb_.baseline_file,
                         .budget = verb_.budget};
  const std::string lost = write_reports(verb_, sheet, facts);
  return lost.empty() ? static_cast<int>(code) : give_up(ExitCode::environment, lost);
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
  const auto given = read_given(verb);
  if (!given.ok()) return give_up(ExitCode::usage, given.error());
  return ConformRun(verb, **adapter, *given).run(*chosen);
}

}  // namespace fleetsim::sim
