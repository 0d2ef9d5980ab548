#include "sim/app/conform_exam.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <thread>

#include "sim/config/units.hpp"
#include "sim/conformance/capabilities_file.hpp"
#include "sim/conformance/exam_watch.hpp"
#include "sim/conformance/reports/sheet_text.hpp"
#include "sim/conformance/requirements/list.hpp"
#include "sim/report/shell_word.hpp"

namespace fleetsim::sim {
namespace {

/// What must stand in a replay line besides.
std::string replay_options_of(const ConformVerb& verb) {
  const ConformVerb plain;
  std::string text;
  if (verb.time_scale) text += fmt::format(" --time-scale {}", *verb.time_scale);
  if (verb.case_seconds != plain.case_seconds) text += fmt::format(" --case-time {}", verb.case_seconds);
  if (verb.dut_tls != plain.dut_tls) text += " --dut-tls " + verb.dut_tls;
  if (verb.external_address != plain.external_address) text += " --external-address " + shell_word(verb.external_address);
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

}  // namespace

Result<GivenFiles, std::string> read_given_files(const ConformVerb& verb) {
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

ExaminerOptions ConformExam::options() const {
  ExaminerOptions options;
  options.seed = verb_.seed;
  options.threads = verb_.threads ? *verb_.threads : adapter_.at_once(std::max(1U, std::thread::hardware_concurrency()));
  options.retries = verb_.retries;
  options.stop = listener_.stop;
  if (!verb_.budget.empty()) options.budget = ExamBudget{.whole = *parse_duration(verb_.budget), .begin = begin_};
  if (given_.baseline) options.baseline = &*given_.baseline;
  options.replay_options = replay_options_of(verb_);
  if (listener_.examined) options.progress = [this](const Examined& examined, std::size_t, std::size_t) { listener_.examined(examined); };
  options.heartbeat = listener_.heartbeat;
  return options;
}

/// What it does by nature, from a run of its own.
Discovery ConformExam::look_at_device(const ExaminerOptions& options) const {
  const ExamProgress at_first{.done = 0, .all = 0, .under_way = {"what the device does by nature"}};
  const ExamWatch watch({.stop = options.stop, .deadline = deadline_of(options), .look = [&] {
                           if (options.heartbeat) options.heartbeat(at_first);
                         }});
  Discovery found = discover(adapter_, {.seed = verb_.seed, .patience = options.patience, .stop = &watch.halted()});
  if (watch.halted().load()) found.has_shown_life = true;  // it may have had no time to
  return found;
}

/// Whether the rest is worth its time: a single requirement on a real device should not wait for it.
bool ConformExam::looks_closely(const std::vector<const Requirement*>& chosen) const {
  const bool is_time_free = adapter_.lasts_max() == Duration::max();
  return !verb_.no_discovery && (is_time_free || chosen.size() == requirements().size() || !verb_.capabilities_out.empty());
}

ExamSheet ConformExam::examine_all(const std::vector<const Requirement*>& chosen) {
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

ExitCode ConformExam::exit_code_of(const ExamSheet& sheet) const {
  const auto any = [&sheet](const auto& holds) { return std::any_of(sheet.examined.begin(), sheet.examined.end(), holds); };
  const auto is_known = [](const Examined& one) { return one.standing == Standing::known; };
  if (listener_.stop != nullptr && listener_.stop->load()) return ExitCode::interrupted;
  if (any([&](const Examined& one) { return is_broken(one, verb_.strict) && !is_known(one); })) return ExitCode::check_failed;
  if (!sheet.problem.empty()) return ExitCode::environment;
  if (any([&](const Examined& one) { return one.verdict == ExamVerdict::inconclusive && !is_known(one); })) return ExitCode::environment;
  // Silence is never a pass, however well it is known.
  const SheetCounts counts = count_verdicts(sheet);
  const bool is_silent = counts.passed + counts.warned + counts.failed == 0 && counts.left_out + counts.inconclusive > 0;
  return is_silent ? ExitCode::environment : ExitCode::pass;
}

SheetFacts ConformExam::facts_of(const ExamSheet& sheet) const {
  return {.dut = adapter_.name(),
          .seed = verb_.seed,
          .seconds = elapsed(),
          .strict = verb_.strict,
          .exit_code = static_cast<int>(exit_code_of(sheet)),
          .capabilities = capabilities_,
          .baseline = verb_.baseline_file,
          .baseline_dut = given_.baseline ? given_.baseline->dut : std::string{},
          .budget = verb_.budget};
}

}  // namespace fleetsim::sim
