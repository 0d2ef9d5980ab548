// A scenario as data, after parsing, variables and validation: whoever runs it may trust every field.
// The YAML form is described by scenarios/scenario.schema.json; scenario_reader.hpp reads it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "devicecore/base/hmac_port.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/distribution.hpp"
#include "platform-mock/core/platform_config.hpp"
#include "sim/config/device_csv.hpp"
#include "sim/faults/fault_spec.hpp"
#include "sim/scenario/device_order.hpp"
#include "sim/scenario/network.hpp"
#include "sim/scenario/platform_steps.hpp"

namespace fleetsim::sim {

enum class WorldKind : std::uint8_t { sockets, external, virtual_time };

/// As scenarios and reports say it.
constexpr std::string_view world_name(WorldKind world) {
  switch (world) {
    case WorldKind::sockets:
      return "sockets";
    case WorldKind::external:
      return "external";
    case WorldKind::virtual_time:
      return "virtual";
  }
  return {};
}
enum class Transport : std::uint8_t { sockets, paho };
enum class DeviceTls : std::uint8_t { off, mbedtls, openssl };
enum class AuthStyle : std::uint8_t { device_secret, plain, anonymous };
/// How a device comes to its secret: burned in, or asked for with its product's. mqtt_nwl: the platform does not know it before it asks,
/// and gives it a token instead.
enum class Registration : std::uint8_t { none, http, mqtt, mqtt_nwl };

/// Where a device's address comes from. It is shown to the platform by PROXY protocol when `proxy` (any address), else by the source
/// address the sim binds (127.0.0.0/8 only).
struct AddressPlan {
  enum class Kind : std::uint8_t { loopback_spread, ranges, countries } kind = Kind::loopback_spread;
  std::vector<std::string> ranges;                               // CIDR
  std::vector<std::pair<std::string, std::uint32_t>> countries;  // ISO code -> weight
  bool proxy = false;                                            // send PROXY v2
};

/// When devices are brought up. One file per executor under sim/executors.
struct ConstantFleet {
  Duration duration{0};
};  // all at once, bounded by connects_in_flight; 0: as long as the run
struct Stage {
  Duration duration{0};
  double target = 0;
};  // devices online, or arrivals a second
struct RampingFleet {
  std::vector<Stage> stages;
};
struct ConstantArrivalRate {
  double rate_per_second = 0;
  Duration duration{0};
};
struct RampingArrivalRate {
  double start_rate_per_second = 0;
  std::vector<Stage> stages;
};
struct ListedArrivals {
  std::shared_ptr<const std::vector<Duration>> at;  // of device n; they never decrease
};
using Executor = std::variant<ConstantFleet, RampingFleet, ConstantArrivalRate, RampingArrivalRate, ListedArrivals>;

/// A device writes a packet in device::limits::scratch_bytes: its topic and header beside the payload, of a property post also its text.
inline constexpr std::int64_t load_payload_bytes_max = 16'000;
inline constexpr std::int64_t load_property_bytes_max = 7'000;

/// Background traffic of a group once a device is online.
struct PublishLoad {
  std::string topic;  // empty: property posts; else a topic with {pk} {dn} {i}
  std::uint32_t payload_bytes = 128;
  std::uint8_t qos = 1;                   // of a topic; a property post is answered by a reply
  double rate_per_second_per_device = 0;  // open model; 0: closed loop, `window` always in flight
  std::uint32_t window = 1;
  Duration duration{0};  // 0: until the run ends
};

struct FleetGroup {
  std::string name;
  std::string profile = "reference";
  std::uint32_t count = 0;
  std::uint64_t first_index = 0;
  std::string devices_file;                              // CSV of real triples; empty: derived from (seed, index)
  std::shared_ptr<const std::vector<DeviceRow>> listed;  // its rows, when it has been read already
  std::string product;                                   // product key
  std::string device_prefix;                             // device names are prefix + index
  std::string behind;   // a group of gateways that these devices speak through; empty: they connect themselves
  std::string version;  // of their firmware; empty: they tell none, unless an upgrade step names them
  Registration registration = Registration::none;
  std::string wrong_secret_device;  // this one device is given a wrong secret (a failure that must be reported)
  AddressPlan addresses;
  Transport transport = Transport::sockets;
  DeviceTls bootstrap_tls = DeviceTls::openssl;
  DeviceTls mqtt_tls = DeviceTls::off;
  AuthStyle auth = AuthStyle::device_secret;
  std::string username;
  std::string password;
  HmacMethod sign_method = HmacMethod::sha256;
  std::uint16_t keep_alive_s = 300;
  Duration backoff_floor = std::chrono::seconds{1};
  Duration backoff_cap = std::chrono::seconds{120};
  Executor executor;
  Duration start_time{0};
  std::optional<PublishLoad> load;
  Duration property_post_interval{0};  // 0: none
};

/// What the scenario does, in order, each step when the one before is done. One file per step under sim/steps.
struct BringOnline {
  std::vector<std::string> groups;
  Duration timeout = std::chrono::seconds{60};
};  // empty groups: all
struct PublishStep {
  std::vector<std::string> groups;
  std::uint32_t count = 1;
  std::uint8_t qos = 1;
  Duration timeout = std::chrono::seconds{30};
};
/// As on the console's page: picked from a list, or in a CSV file.
enum class DeviceChoice : std::uint8_t { select, file };
struct DistributeStep {
  std::string name;  // of the job in the report
  std::vector<std::string> groups;
  std::string source;
  platform::Policy policy = platform::Policy::region;
  std::vector<std::string> targets;
  std::uint32_t batch = 1000;  // devices a job; more devices make several jobs
  Duration interval{0};        // between the batches
  std::string target_account;  // id or name of the recipient; empty: this account
  platform::JobContent content = platform::JobContent::devices;
  DeviceChoice choice = DeviceChoice::select;
  bool may_fail = false;  // a job that fails or gets stuck is for a retry step
};
struct WaitUntil {
  enum class What : std::uint8_t { online, moved, acknowledged } what = What::online;
  double share = 1.0;  // of the devices concerned
  std::vector<std::string> groups;
  Duration timeout = std::chrono::seconds{60};
};
struct PowerOffStep {
  std::vector<std::string> groups;
  bool cut = false;
  Duration timeout = std::chrono::seconds{30};
};
struct Sleep {
  Duration duration{0};
};
/// Probing CONNECTs with valid credentials at every instance: accepted at exactly one, for every device.
struct ProbeStep {
  std::vector<std::string> groups;
  std::uint32_t sample = 0;
};  // 0: all devices
/// The platform does something wrong from here on.
struct MisbehaveStep {
  platform::MisbehaviourRule rule;
};
/// Something goes wrong from here on; its window counts from this moment.
struct InjectStep {
  FaultSpec fault;
};
/// It does not any more.
struct HealStep {
  std::vector<std::string> names;  // of rules and of faults; empty: all
  bool must_have_fired = true;     // a rule that never fired shows nothing, nor does a fault that never acted
};
/// Executors and loads that still go on are not waited for; steps behind it are left out.
struct EndRun {};

using StepAction =
    std::variant<BringOnline, PublishStep, DistributeStep, WaitUntil, PowerOffStep, Sleep, ProbeStep, MisbehaveStep, HealStep, RetryStep,
                 UpgradeStep, SetPropertyStep, ReportStep, JoinGroupStep, ChangeDevicesStep, ExpectStep, InjectStep, CommandStep, EndRun>;
struct Step {
  std::string label;  // for progress and errors: "steps[2] distribute"
  StepAction action;
  bool implied = false;  // stands for the steps of a scenario that has none
};

struct ThresholdSpec {
  std::string metric;      // "move_seconds{group:meters}"
  std::string expression;  // "p(95)<2"
  bool abort_on_fail = false;
  Duration delay_abort{0};
};

/// Where a platform that is served elsewhere takes orders, and whose they are.
struct ManagementEndpoint {
  std::string host;  // empty: there is none, and steps that need one are refused
  std::uint16_t port = 80;
  bool tls = false;
  std::string access_key_id;
  std::string access_key_secret;  // never shown
  std::string target_uid;         // the account that the devices stay in
  Duration call_timeout = std::chrono::seconds{10};
  // A call that the platform turns away because of its limits is made again, at pauses that grow from the one to the other, for so long.
  Duration throttled_pause = std::chrono::milliseconds{250};
  Duration throttled_pause_max = std::chrono::seconds{4};
  Duration throttled_patience = std::chrono::seconds{60};
  // A job is looked at until it is done, less and less often.
  Duration job_timeout = std::chrono::minutes{5};
  Duration look_interval_max = std::chrono::seconds{1};
  std::uint32_t failed_looks_max = 5;  // in a row, before a job is given up that may well be under way
};

/// Where an instance of a platform that is served elsewhere takes connections: for probes.
struct ExternalInstance {
  std::string id;
  std::string host;
  std::uint16_t port = 1883;
  bool tls = false;
};

struct ExternalEndpoint {
  std::string host;  // MQTT endpoint of world `external`
  std::uint16_t port = 1883;
  bool mqtt_tls = false;
  std::string bootstrap_host;  // empty: devices start at the MQTT endpoint
  std::uint16_t bootstrap_port = 443;
  std::string ca_file;
  bool register_devices = false;  // by the management API, which tells their secrets; else the platform must know them
  ManagementEndpoint management;
  std::vector<ExternalInstance> instances;
  std::vector<platform::MisbehaviourRule> misbehaviour;  // set before the run: what the scenario's own platform would do wrong
};

/// Faults that the seed draws: between so many and so many, of these kinds, all of them over when `over` has passed.
struct RandomFaults {
  Duration over = std::chrono::minutes{2};
  std::uint32_t at_least = 1;
  std::uint32_t at_most = 6;
  std::vector<std::string> kinds;  // empty: all
};

struct Scenario {
  int schema_version = 1;
  std::string name;
  std::string description;
  std::string file;
  WorldKind world = WorldKind::sockets;
  std::uint64_t seed = 1;
  std::uint32_t shard_index = 0;  // --shard k/n: this process runs devices with index % shard_count == shard_index
  std::uint32_t shard_count = 1;
  std::uint32_t threads = 0;  // event loops of the fleet; 0: one a core
  std::uint32_t connects_in_flight = 100;
  Duration duration_max = std::chrono::minutes{10};
  platform::PlatformConfig platform;  // worlds sockets and virtual
  NetworkSettings network;            // world virtual
  ExternalEndpoint external;          // world external
  std::vector<FleetGroup> groups;
  std::vector<FaultSpec> faults;  // from the run's begin on, each with a name
  std::optional<RandomFaults> random_faults;
  std::vector<Step> steps;
  std::vector<ThresholdSpec> thresholds;
  double late_share_max = 0.01;  // more late arrivals than this: the result is invalid
  Duration loop_lag_p99_max = std::chrono::milliseconds{200};
  std::map<std::string, std::string> vars;  // as used, for the report
  std::set<std::string> secret_vars;        // of them, those that went into a secret
};

/// Without steps of its own a scenario is what its executors and its duration_max say.
inline bool has_own_steps(const Scenario& scenario) {
  return std::any_of(scenario.steps.begin(), scenario.steps.end(), [](const Step& step) { return !step.implied; });
}

/// Each profile of the scenario's groups once, in the order of first use: what a metric's profile tag counts in.
inline std::vector<std::string> profile_names(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const FleetGroup& group : scenario.groups) {
    if (std::find(names.begin(), names.end(), group.profile) == names.end()) names.push_back(group.profile);
  }
  return names;
}

}  // namespace fleetsim::sim
