// YAML from anywhere: the document, the variables, the scenario reader and everything behind it, in memory.
// Either it is a scenario, or there is at least one mistake with a text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sim/scenario/scenario_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t bytes_max = 16 * 1024;
  if (size > bytes_max) return 0;
  using namespace fleetsim::sim;
  Diagnostics diagnostics;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  // No such folder: a file that the scenario names is never there.
  const bool good = read_scenario(text, "/no/such/folder/fuzz.yaml", {{"devices", "10"}}, diagnostics).has_value();
  if (good == diagnostics.failed() || (!good && diagnostics.text().empty())) std::abort();
  return 0;
}
