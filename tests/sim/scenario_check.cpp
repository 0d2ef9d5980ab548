// check_scenario FILE...: one line a file, "good FILE" or "bad FILE", then the mistakes on stderr. For the schema test.
#include <cstdio>

#include "sim/config/platform_reader.hpp"
#include "sim/scenario/scenario_reader.hpp"

int main(int argc, char** argv) {
  using namespace fleetsim::sim;
  for (int i = 1; i < argc; ++i) {
    Diagnostics diagnostics;
    const auto kind = file_kind(argv[i], diagnostics);
    if (kind == FileKind::platform)
      load_platform(argv[i], {}, diagnostics);
    else
      load_scenario(argv[i], {}, diagnostics);
    std::printf("%s %s\n", diagnostics.failed() ? "bad" : "good", argv[i]);
    std::fputs(diagnostics.text().c_str(), stderr);
  }
}
