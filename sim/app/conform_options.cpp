#include "sim/app/conform_options.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::uint32_t retries_max = 10;
constexpr std::uint32_t threads_max = 256;

}  // namespace

CLI::App& add_conform(CLI::App& app, ConformVerb& conform) {
  CLI::App& verb = *app.add_subcommand("conform", "Examine a device: requirement by requirement, what was expected and what it did");
  verb.footer(
      "A device is put through bootstrap, distribution and reconnection as the platform would on a good day and on its\n"
      "worst. Each requirement is examined on a fresh device with a platform of its own. Exit code 0: every MUST holds;\n"
      "1: one does not; 3: one could not be judged, or the environment lacks something.\n\n"
      "  fleetsim conform --dut virtual:reference\n"
      "  fleetsim conform --dut virtual:mutant/no-reply --group NOTIFY\n"
      "  fleetsim conform --list\n");
  verb.add_option("--dut", conform.dut, "The device under test; virtual:PROFILE is a firmware profile in simulated time")
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
  verb.add_option("--retries", conform.retries, "Examine what failed so many times again; what then passes is shown as flaky")
      ->type_name("N")
      ->check(CLI::Range(0U, retries_max))
      ->capture_default_str();
  verb.add_option("--seed", conform.seed, "Decides every random number")->envname("FLEETSIM_SEED")->type_name("N")->capture_default_str();
  verb.add_option("--threads", conform.threads, "So many requirements at a time [default: one a core]")
      ->envname("FLEETSIM_THREADS")
      ->type_name("N")
      ->check(CLI::Range(1U, threads_max));
  verb.add_option("--junit", conform.junit_file, "Write the outcome as JUnit XML, for CI; - is standard output")->type_name("FILE");
  verb.add_option("--json", conform.json_file, "Write it as JSON (scenarios/conformance.schema.json); - is standard output")
      ->envname("FLEETSIM_JSON")
      ->type_name("FILE");
  verb.add_option("--markdown", conform.markdown_file,
                  "Write what is not as it should be in Markdown, for a pull request; - is standard output")
      ->type_name("FILE");
  verb.add_flag("--quiet", conform.quiet, "No line for what passes; findings and the summary stay")->envname("FLEETSIM_QUIET");
  return verb;
}

}  // namespace fleetsim::sim
