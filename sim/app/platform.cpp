// `fleetsim platform --config F`: the mock alone, with or without a folder that keeps its state; and a look at such a folder.
#include <cstdio>
#include <memory>
#include <optional>

#include "platform-mock/server/serve.hpp"
#include "platform-mock/store/sqlite_store.hpp"
#include "platform-mock/store/state_check.hpp"
#include "sim/app/verbs.hpp"
#include "sim/config/platform_reader.hpp"
#include "sim/config/units.hpp"
#include "sim/report/exit_code.hpp"

namespace fleetsim::sim {
namespace {

std::optional<platform::PlatformConfig> read_config(const PlatformVerb& verb) {
  Diagnostics diagnostics;
  std::optional<platform::PlatformConfig> config = load_platform(verb.config, verb.settings, diagnostics);
  std::fputs(diagnostics.text().c_str(), stderr);
  return config;
}

int refuse(const platform::StoreError& problem) {
  std::fprintf(stderr, "fleetsim platform: %s\n  hint: %s\n", problem.what.c_str(), problem.hint.c_str());
  return static_cast<int>(ExitCode::environment);
}

int check(const PlatformVerb& verb) {
  std::optional<platform::PlatformConfig> config;
  if (!verb.config.empty()) {
    config = read_config(verb);
    if (!config) return static_cast<int>(ExitCode::usage);
  }
  const auto report = platform::check_state(verb.state, config ? &*config : nullptr);
  if (!report) return refuse(report.error());
  for (const std::string& violation : report->violations) std::printf("%s\n", violation.c_str());
  std::printf("%s: %s\n", verb.state.c_str(), platform::summary_of(*report).c_str());
  return static_cast<int>(report->violations.empty() ? ExitCode::pass : ExitCode::check_failed);
}

}  // namespace

int platform_verb(const PlatformVerb& verb) {
  if (verb.use == StateUse::check) return check(verb);
  const std::optional<platform::PlatformConfig> config = read_config(verb);
  if (!config) return static_cast<int>(ExitCode::usage);
  platform::ServeOptions options;
  options.seed = verb.seed;
  options.ca_out = verb.ca_out;
  options.log = verb.log == "json" ? platform::LogFormat::json : platform::LogFormat::text;
  if (const std::optional<Duration> drain = parse_duration(verb.drain))
    options.drain = std::chrono::duration_cast<std::chrono::milliseconds>(*drain);
  if (verb.state.empty()) return platform::serve_platform(*config, options);
  auto store = platform::SqliteStore::open({.folder = verb.state,
                                            .durability = verb.full_durability ? platform::Durability::full : platform::Durability::normal,
                                            .seed = verb.seed});
  if (!store) return refuse(store.error());
  options.state = store->get();
  return platform::serve_platform(*config, options);
}

}  // namespace fleetsim::sim
