#include <algorithm>
#include <array>

#include "devicecore/firmware_profile.hpp"
#include "devicecore/limits.hpp"
#include "sim/invariants/fleet_facts.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Documented {
  std::string_view profile;
  WaitRule waits;
};

// Figures of devicecore/profiles/README.md. linksdk-4: at once, then 2 s more each time, plus or minus half a second drawn once.
constexpr std::array<Documented, 4> documented = {{
    {"linksdk-4", {.first = Duration{0}, .floor = milliseconds{3500}, .cap = milliseconds{122'500}, .success_forgives = true}},
    {"living", {.first = seconds{1}, .floor = seconds{1}, .cap = seconds{30}, .success_forgives = true}},
    {"esp-gateway", {.first = seconds{2}, .floor = seconds{2}, .cap = seconds{2}}},
    {"node-sdk", {.first = seconds{1}, .floor = seconds{1}, .cap = seconds{1}}},
}};

}  // namespace

WaitRule documented_waits(std::string_view profile, const device::BackoffConfig& config) {
  const auto* const found =
      std::find_if(documented.begin(), documented.end(), [profile](const Documented& row) { return row.profile == profile; });
  if (found != documented.end()) return found->waits;
  return {.first = config.floor, .floor = config.floor, .cap = std::max(config.cap, config.floor)};
}

GroupFacts documented_group(std::string_view profile, const device::DeviceConfig& config) {
  // linksdk-4 reconnects to the same host for ever; legacy and node-sdk know no other.
  const bool stays_where_it_is = profile == "linksdk-4" || profile == "legacy" || profile == "node-sdk";
  GroupFacts group;
  group.waits = documented_waits(profile, config.backoff);
  group.stable_online = config.backoff.stable_online;
  group.connect_timeout = config.connect_timeout;
  group.bootstrap_timeout = config.bootstrap_timeout;
  group.response_timeout = config.response_timeout;
  group.publish_retry = config.publish_retry;
  group.endpoint_failures_max = config.endpoint_failures_max;
  group.bootstraps = profile != "legacy" && profile != "node-sdk" && config.start_from == device::StartFrom::bootstrap;
  group.replies_to_notify = profile != "living";
  group.reboots_to_move = profile == "esp-gateway";
  group.registers = config.registration != device::Registration::none;
  group.gets_a_token = config.registration == device::Registration::mqtt_nwl;
  group.product_secret = config.product_secret;
  group.comeback = stays_where_it_is ? Comeback::unless_moved : Comeback::always;
  std::chrono::seconds keep_alive{config.keep_alive_s};
  if (config.profile != nullptr) {
    const device::SessionDialect& session = config.profile->session;
    if (session.keep_alive_s != 0) keep_alive = std::chrono::seconds{session.keep_alive_s};
    if (session.connect_timeout > Duration{0}) group.connect_timeout = session.connect_timeout;
    if (session.publish_retry > Duration{0}) group.publish_retry = session.publish_retry;
  }
  group.silence_max = keep_alive * 3 / 4;
  // By the clock, and so many pings may go unanswered.
  if (profile == "linksdk-4") group.silence_max = std::chrono::seconds{25} * (device::limits::pings_unanswered_max + 1);
  return group;
}

}  // namespace fleetsim::sim
