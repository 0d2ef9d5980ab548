#include "sim/app/conform_options.hpp"

#include <fmt/format.h>

#include "sim/app/seed_option.hpp"
#include "sim/config/units.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::uint32_t retries_max = 10;
constexpr std::uint32_t threads_max = 256;

std::string check_budget(const std::string& text) {
  const auto budget = parse_duration(text);
  return budget && *budget > Duration{0} ? std::string{} : fmt::format("expected a duration such as 90s or 5m, found \"{}\"", text);
}

void add_conform_reports(CLI::App& verb, ConformVerb& conform) {
  verb.add_option("--junit", conform.junit_file, "Write the outcome as JUnit XML, for CI; - is standard output")->type_name("FILE");
  verb.add_option("--json", conform.json_file, "Write it as JSON (scenarios/conformance.schema.json); - is standard output")
      ->envname("FLEETSIM_JSON")
      ->type_name("FILE");
  verb.add_option("--html", conform.html_file, "Write it as one HTML page with timelines; - is standard output")
      ->envname("FLEETSIM_HTML")
      ->type_name("FILE");
  verb.add_option("--markdown", conform.markdown_file,
                  "Write what is not as it should be in Markdown, for a pull request; - is standard output")
      ->type_name("FILE");
}

void add_conform_limits(CLI::App& verb, ConformVerb& conform) {
  verb.add_option("--baseline", conform.baseline_file,
                  "A JSON report of before: only what did not fail then fails; what was known and what is mended is told")
      ->type_name("FILE");
  verb.add_option("--budget", conform.budget,
                  "Take no longer than this, 5m: every MUST first, in the catalogue's order; what was left out is told")
      ->envname("FLEETSIM_BUDGET")
      ->type_name("DURATION")
      ->check(check_budget);
  verb.add_option("--capabilities", conform.capabilities_file,
                  "What the device does by nature (scenarios/capabilities.schema.json): counts more than what is found out")
      ->type_name("FILE");
  verb.add_option("--capabilities-out", conform.capabilities_out, "Write what was found out as such a file; - is standard output")
      ->type_name("FILE");
  verb.add_flag("--no-discovery", conform.no_discovery, "Find nothing out at the beginning: only what --capabilities says is known");
}

/// Of devices that are not simulated.
void add_conform_real_time(CLI::App& verb, ConformVerb& conform) {
  constexpr double fastest = 0.005;
  constexpr std::uint32_t day = 86'400;
  constexpr std::uint16_t last_first_port = 65'532;
  verb.add_option("--time-scale", conform.time_scale,
                  "process: so much faster the device and its exam live, 0.1 is tenfold; told to it as {time_scale} [default: 1, or 0.05 "
                  "where the command names {time_scale}]")
      ->envname("FLEETSIM_TIME_SCALE")
      ->type_name("SCALE")
      ->check(CLI::Range(fastest, 1.0));
  verb.add_option("--case-time", conform.case_seconds, "process, external: what lasts longer than so many seconds is not examined")
      ->type_name("S")
      ->check(CLI::Range(1U, day))
      ->capture_default_str();
  verb.add_option("--dut-tls", conform.dut_tls, "process, external: which legs speak TLS where no requirement is about it")
      ->type_name("LEG")
      ->check(CLI::IsMember({"off", "bootstrap", "mqtt", "both"}))
      ->capture_default_str();
  verb.add_option("--external-address", conform.external_address, "external: of this host, as the device reaches it")
      ->type_name("ADDRESS")
      ->check(CLI::ValidIPV4)
      ->capture_default_str();
  verb.add_option("--external-port", conform.external_port,
                  "external: of the bootstrap endpoint; the stations have the three that follow [default: "
                  "free ones]")
      ->type_name("PORT")
      ->check(CLI::Range(std::uint16_t{1}, last_first_port));
  verb.add_option("--external-timeout", conform.external_seconds,
                  "external: so many seconds somebody has to answer, and the device to come")
      ->type_name("S")
      ->check(CLI::Range(1U, day))
      ->capture_default_str();
  verb.add_option("--answers", conform.answers_file, "external: a file with the answers to all prompts, a line each, in place of a person")
      ->type_name("FILE");
}

}  // namespace

CLI::App& add_conform(CLI::App& app, ConformVerb& conform) {
  CLI::App& verb = *app.add_subcommand("conform", "Examine a device: requirement by requirement, what was expected and what it did");
  verb.footer(
      "A device is put through bootstrap, distribution and reconnection as the platform would on a good day and on its\n"
      "worst. Each requirement is examined on a fresh device with a platform of its own. Before that, one run finds out\n"
      "what the device does by nature; what is about something else does not apply to it.\n\n"
      "Exit codes: 0 every MUST holds (with --strict every SHOULD, with --baseline all that held before); 1 one does not;\n"
      "2 the command line, or a file that it names, is wrong; 3 none fails, and one could not be judged, no time was\n"
      "left for any, or the environment lacks something; 130 interrupted.\n\n"
      "  fleetsim conform --dut virtual:reference\n"
      "  fleetsim conform --dut virtual:mutant/no-reply --group NOTIFY\n"
      "  fleetsim conform --dut virtual:reference --html r.html --junit r.xml --json now.json\n"
      "  fleetsim conform --dut virtual:linksdk-4 --baseline before.json --budget 5m\n"
      "  fleetsim conform --dut core:build/release/lib/example_device_core.so\n"
      "  fleetsim conform --dut 'process:./firmware --url {bootstrap_url} --flash {flash}' --time-scale 0.1\n"
      "  fleetsim conform --list\n");
  verb.add_option("--dut", conform.dut,
                  "The device under test; virtual:PROFILE is a firmware profile in simulated time, core:LIB.so a firmware core of your "
                  "own behind devicecore/abi/device_core.h, likewise, process:COMMAND a program, external[:NAME] one that comes by itself")
      ->envname("FLEETSIM_DUT")
      ->type_name("KIND:WHAT")
      ->capture_default_str();
  verb.add_option("--filter", conform.filters, "Requirements whose ids match: * for any text, ? for one character; may be repeated")
      ->type_name("PATTERN");
  verb.add_option("--group", conform.groups, "A group of requirements; may be repeated")->type_name("NAME");
  verb.add_option("--requirement", conform.requirements, "One requirement by its id; may be repeated")->type_name("ID");
  verb.add_flag("--list", conform.list, "Show the catalogue, or what is chosen of it, with clauses");
  verb.add_flag("--dry-run", conform.dry_run, "Show what would be examined, and what this kind of device cannot be asked");
  verb.add_flag("--strict", conform.strict, "A SHOULD that is broken fails too");
  verb.add_option("--retries", conform.retries,
                  "Examine so many times again what failed or could not be judged; what then passes is shown as flaky")
      ->type_name("N")
      ->check(CLI::Range(0U, retries_max))
      ->capture_default_str();
  add_seed(verb, "Decides every random number", conform.seed).default_str("1");
  verb.add_option("--threads", conform.threads, "So many requirements at a time [default: one a core; of a program as many as wait well]")
      ->envname("FLEETSIM_THREADS")
      ->type_name("N")
      ->check(CLI::Range(1U, threads_max));
  add_conform_reports(verb, conform);
  add_conform_limits(verb, conform);
  add_conform_real_time(verb, conform);
  verb.add_flag("--quiet", conform.quiet, "No line for what passes; findings and the summary stay")->envname("FLEETSIM_QUIET");
  return verb;
}

}  // namespace fleetsim::sim
