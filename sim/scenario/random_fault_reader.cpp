// `random_faults:` of a scenario: how many faults the seed draws, of which kinds, and how long they may last.
#include <algorithm>
#include <fmt/format.h>

#include "sim/config/suggest.hpp"
#include "sim/faults/list.hpp"
#include "sim/scenario/scenario_parts.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::int64_t random_faults_max = 64;

void check_kinds(MapReader& reader, const RandomFaults& wish) {
  std::vector<std::string_view> known;
  for (const FaultKind& kind : fault_kinds()) known.push_back(kind.name);
  for (const std::string& kind : wish.kinds)
    if (std::find(known.begin(), known.end(), kind) == known.end())
      reader.error(reader.at("kinds"), "kinds", no_such_word("kind", kind, known));
}

}  // namespace

void read_random_faults(MapReader& reader, ScenarioContext& context) {
  const Node* const node = reader.find("random_faults");
  if (node == nullptr) return;
  const Node wanted = map_of_one(*node, "over");
  MapReader map{wanted, "random_faults", reader.diagnostics()};
  RandomFaults wish;
  map.duration("over", wish.over, {.min = std::chrono::seconds{1}, .max = std::chrono::hours{24}});
  map.whole("at_least", wish.at_least, {.min = 0, .max = random_faults_max});
  map.whole("at_most", wish.at_most, {.min = 0, .max = random_faults_max});
  map.texts("kinds", wish.kinds);
  if (wish.at_least > wish.at_most) map.error(map.at("at_most"), "at_most", fmt::format("must not be below at_least, {}", wish.at_least));
  check_kinds(map, wish);
  map.finish();
  context.scenario.random_faults = std::move(wish);
}

}  // namespace fleetsim::sim
