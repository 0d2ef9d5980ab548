#include "sim/conformance/requirements/list.hpp"

#include <algorithm>
#include <vector>

#include "sim/conformance/requirements/bootstrap/list.hpp"
#include "sim/conformance/requirements/clock/list.hpp"
#include "sim/conformance/requirements/long/list.hpp"
#include "sim/conformance/requirements/move/list.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"
#include "sim/conformance/requirements/notify/list.hpp"
#include "sim/conformance/requirements/ota/list.hpp"
#include "sim/conformance/requirements/persist/list.hpp"
#include "sim/conformance/requirements/retry/list.hpp"
#include "sim/conformance/requirements/tls/list.hpp"

namespace fleetsim::sim {
namespace {

std::vector<Requirement> all_groups() {
  std::vector<Requirement> all;
  for (const auto group : {notify_requirements(), bootstrap_requirements(), mqtt_requirements(), move_requirements(), retry_requirements(),
                           persist_requirements(), tls_requirements(), ota_requirements(), clock_requirements(), long_requirements()})
    all.insert(all.end(), group.begin(), group.end());
  return all;
}

}  // namespace

std::span<const Requirement> requirements() {
  static const std::vector<Requirement> all = all_groups();
  return all;
}

const Requirement* find_requirement(std::string_view id) {
  const auto all = requirements();
  const auto found = std::find_if(all.begin(), all.end(), [id](const Requirement& one) { return one.id == id; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace fleetsim::sim
