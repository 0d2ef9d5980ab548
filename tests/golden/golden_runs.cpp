// Whole runs in simulated time and what their trace hashes are, on whatever compiler, optimisation and number of threads. Built in every
// preset, so that each of them judges: golden_runs FILE [--renew]. FILE says which runs; --renew writes what their hashes are now.
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/diagnostics.hpp"
#include "sim/live/run_virtual.hpp"
#include "sim/scenario/scenario_reader.hpp"
#include "sim/sweep/random_faults.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::array<std::uint32_t, 2> thread_counts = {1, 2};

/// One line of the file: `SCENARIO SEED SETTINGS HASH`; settings are name=value,name=value, or - for none.
struct GoldenRun {
  std::string scenario;
  std::uint64_t seed = 0;
  std::string settings;
  std::string hash;
};

std::optional<GoldenRun> parse_line(const std::string& line) {
  std::istringstream words(line);
  GoldenRun run;
  std::string more;
  if (!(words >> run.scenario >> run.seed >> run.settings >> run.hash) || words >> more) return std::nullopt;
  return run;
}

Settings settings_of(const GoldenRun& run) {
  Settings settings;
  std::istringstream parts(run.settings == "-" ? std::string() : run.settings);
  for (std::string part; std::getline(parts, part, ',');) {
    const std::size_t at = part.find('=');
    settings[part.substr(0, at)] = at == std::string::npos ? std::string() : part.substr(at + 1);
  }
  return settings;
}

/// The hash; or nothing, and the reason is on standard error.
std::optional<std::string> hash_of(const GoldenRun& run, std::uint32_t threads) {
  Diagnostics diagnostics;
  std::optional<Scenario> scenario = load_scenario(run.scenario, settings_of(run), diagnostics);
  if (!scenario) {
    std::fputs(diagnostics.text().c_str(), stderr);
    return std::nullopt;
  }
  scenario->world = WorldKind::virtual_time;
  scenario->seed = run.seed;
  scenario->threads = threads;
  settle_random_faults(*scenario);
  const Result<RunResult, RunError> result = run_virtual(*scenario, {});
  if (!result) {
    std::fprintf(stderr, "%s: %s\n", run.scenario.c_str(), result.error().what.c_str());
    return std::nullopt;
  }
  return result->trace_hash;
}

/// True: they hold. `run.hash` becomes what it is with one thread.
bool check(GoldenRun& run) {
  const std::string wanted = run.hash;
  bool holds = true;
  for (const std::uint32_t threads : thread_counts) {
    const std::optional<std::string> hash = hash_of(run, threads);
    if (!hash) return false;
    if (threads == 1) run.hash = *hash;
    const bool same = *hash == wanted;
    std::printf("%s seed %llu, %u threads: %s%s%s\n", run.scenario.c_str(), static_cast<unsigned long long>(run.seed), threads,
                hash->c_str(), same ? "" : ", golden is ", same ? "" : wanted.c_str());
    holds &= same;
  }
  return holds;
}

int judge(const std::string& path, bool renew) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  bool holds = true;
  std::size_t runs = 0;
  for (std::string& line : lines) {
    if (line.empty() || line.front() == '#') continue;
    std::optional<GoldenRun> run = parse_line(line);
    if (!run) {
      std::fprintf(stderr, "%s: expected SCENARIO SEED SETTINGS HASH, found \"%s\"\n", path.c_str(), line.c_str());
      return 2;
    }
    ++runs;
    holds &= check(*run);
    line = run->scenario + ' ' + std::to_string(run->seed) + ' ' + run->settings + ' ' + run->hash;
  }
  if (runs == 0) {
    std::fprintf(stderr, "%s: no run stands in it\n", path.c_str());
    return 2;
  }
  if (!renew) {
    if (!holds) std::puts("a trace has changed; when that was meant: tools/golden-runs.sh --renew");
    return holds ? 0 : 1;
  }
  std::ofstream renewed(path);
  for (const std::string& line : lines) renewed << line << '\n';
  return renewed.flush() ? 0 : 2;
}

}  // namespace
}  // namespace fleetsim::sim

int main(int count, char** arguments) {
  const bool renew = count == 3 && std::string_view(arguments[2]) == "--renew";
  if (count != 2 && !renew) {
    std::fputs("usage: golden_runs FILE [--renew]\n", stderr);
    return 2;
  }
  return fleetsim::sim::judge(arguments[1], renew);
}
