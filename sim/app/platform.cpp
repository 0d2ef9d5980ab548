// `fleetsim platform --config F`: the mock alone.
#include <cstdio>

#include "platform-mock/server/serve.hpp"
#include "sim/app/verbs.hpp"
#include "sim/config/platform_reader.hpp"
#include "sim/config/units.hpp"
#include "sim/report/exit_code.hpp"

namespace fleetsim::sim {

int platform_verb(const PlatformVerb& verb) {
  Diagnostics diagnostics;
  const std::optional<platform::PlatformConfig> config = load_platform(verb.config, verb.settings, diagnostics);
  std::fputs(diagnostics.text().c_str(), stderr);
  if (!config) return static_cast<int>(ExitCode::usage);
  platform::ServeOptions options;
  options.seed = verb.seed;
  options.ca_out = verb.ca_out;
  options.log = verb.log == "json" ? platform::LogFormat::json : platform::LogFormat::text;
  if (const std::optional<Duration> drain = parse_duration(verb.drain))
    options.drain = std::chrono::duration_cast<std::chrono::milliseconds>(*drain);
  return platform::serve_platform(*config, options);
}

}  // namespace fleetsim::sim
