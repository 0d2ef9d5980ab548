// Everything that can be set about a platform, as plain data with the documented values as defaults. Read from YAML elsewhere
// (sim/config), validated with problems_of() there; the core trusts it. Where no public source says what the real platform does, it
// is a setting.
//
//   PlatformConfig config;
//   config.regions = documented_regions();   // region_table.hpp
//   for (const ConfigProblem& problem : problems_of(config)) tell(problem.path, problem.message);
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devicecore/base/ip_address.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/misbehaviour/rule.hpp"
#include "platform-mock/core/product_data.hpp"
#include "platform-mock/core/things/thing_limits.hpp"

namespace fleetsim::platform {

/// What signs calls of the management API. The secret is told to nobody.
struct AccessKey {
  std::string id;
  std::string secret;
};

struct AccountConfig {
  AccountId id;
  std::string name;                         // may be empty; else no two accounts share one
  std::vector<AccessKey> access_keys = {};  // no two accounts share an id
};

struct GeoPoint {
  double latitude_deg = 0;
  double longitude_deg = 0;
};

struct RegionConfig {
  RegionId id;
  std::string name;   // "Shanghai"
  GeoPoint location;  // of the region's data centre, for nearest access
};

enum class InstanceKind : std::uint8_t { public_shared, enterprise };
enum class ProxyProtocol : std::uint8_t { off, optional, required };

struct ListenerConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free port
  ProxyProtocol proxy_protocol = ProxyProtocol::off;
  std::vector<std::string> proxy_trusted = {"127.0.0.0/8"};  // CIDR blocks whose PROXY header is believed
  bool plain = true;                                         // TCP without TLS is served on this port
  bool tls = true;                                           // TLS is served on this port too, told apart by the first byte
};

struct InstanceConfig {
  InstanceId id;
  std::string name;
  RegionId region;
  InstanceKind kind = InstanceKind::public_shared;
  AccountId owner;  // of an enterprise instance; a public one serves every account
  ListenerConfig mqtt;
};

struct DeviceTriple {
  DeviceName name;
  std::string secret;
};

struct ProductConfig {
  ProductKey key;
  std::string name;
  std::string secret;
  AccountId owner;
  InstanceId instance;                // where its devices are bound at the start
  std::vector<DeviceTriple> devices;  // fleets register more at run time
  NodeType node_type = NodeType::device;
  DynamicRegistration dynamic_registration = DynamicRegistration::off;
};

/// CONNACK return codes for refusals that no public source documents (wire page §2, [I]).
struct ConnackCodes {
  std::uint8_t malformed_client_id = 2;
  std::uint8_t unknown_device = 5;
  std::uint8_t wrong_signature = 4;
  std::uint8_t disabled = 5;
  std::uint8_t distributed_away = 5;
  std::uint8_t keep_alive_out_of_range = 2;
  std::uint8_t securemode_mismatch = 2;
  std::uint8_t too_many_connects = 3;
  std::uint8_t registration_refused = 5;  // dynamic registration is off, the device is active already, …
};

enum class SourceLogin : std::uint8_t { notify_only, refuse };
enum class NearestCommit : std::uint8_t { any, nearest };
enum class PublishQos2 : std::uint8_t { close, downgrade };
enum class SubscribeQos2 : std::uint8_t { grant_1, refuse };
enum class TopicViolation : std::uint8_t { drop, disconnect };
enum class FilterViolation : std::uint8_t { refuse, ignore, disconnect };
enum class AutoSubscriptions : std::uint8_t { all, published };
enum class RecordFormat : std::uint8_t { csv, json };
enum class AdvertisedNames : std::uint8_t { loopback, realistic };
enum class LimitsMode : std::uint8_t { documented, unlimited };

/// With those of what is kept of a device, which stand beside its tables.
struct Limits : things::ThingLimits {
  LimitsMode mode = LimitsMode::documented;  // unlimited switches off all but those that protect the process
  std::uint32_t connects_per_second_per_account = 500;
  std::uint32_t connects_per_minute_per_device = 5;
  std::uint32_t uplink_qos0_per_second_per_device = 30;
  std::uint32_t uplink_qos1_per_second_per_device = 10;
  std::uint32_t downlink_per_second_per_device = 50;
  std::uint32_t uplink_per_second_per_account = 10000;
  std::uint32_t downlink_per_second_per_account = 2000;
  std::uint32_t uplink_bytes_per_second_per_connection = 1024 * 1024;
  std::uint32_t sub_device_logins_per_second_per_gateway = 200;
  std::uint32_t sub_devices_per_request = 30;  // of a gateway about its topology
  std::uint32_t sub_devices_per_login_batch = 50;
  std::uint32_t properties_per_post = 200;
  std::uint32_t subscriptions_per_device = 100;  // more: failure in the SUBACK
  std::uint32_t filters_per_subscribe = 8;       // topic filters in one SUBSCRIBE
  std::uint32_t payload_bytes = 256 * 1024;
  std::uint32_t topic_bytes = 128;
  std::uint32_t topic_slashes = 7;
  std::uint32_t unacknowledged_per_device = 100;  // QoS 1 messages under way to a device
  std::uint32_t keep_alive_s_min = 30;
  std::uint32_t keep_alive_s_max = 1200;
  std::uint32_t offline_queue_per_device = 1000;                    // QoS 1 messages kept for a device that is away
  Duration message_retention = std::chrono::seconds{604800};        // of a QoS 1 message that waits for its device
  std::uint32_t offline_queue_bytes_per_device = 1024 * 1024;       // of them, and of those under way to it
  std::uint32_t devices_per_job = 1000;                             // newer documents say 10,000
  std::uint32_t unfinished_jobs_per_account = 10;                   // initializing or distributing
  std::uint32_t devices_per_batch = 100;                            // that a job hands over in one step
  Duration job_batch_interval = std::chrono::seconds{0};            // from one batch of a job to the next
  Duration job_stuck_after = std::chrono::seconds{60};              // a job so long without progress may be retried
  Duration verification_code_lifetime = std::chrono::seconds{300};  // of a code for a cross-account job
  std::uint32_t verification_code_tries = 5;                        // wrong ones before a code is void
  std::uint32_t verification_codes_per_minute = 10;                 // of one distributor to one recipient
  std::uint32_t products_per_account = 1000;
  std::uint32_t devices_per_product = 500000;
  std::uint32_t topic_categories_per_product = 50;
  std::uint32_t sub_devices_per_gateway = 1500;  // in its topology
  std::uint32_t devices_per_group = 20000;
  std::uint32_t devices_per_upgrade = 10000;        // of an upgrade job
  std::uint32_t devices_per_verify = 10;            // of a job that verifies a firmware
  Duration rrpc_timeout = std::chrono::seconds{8};  // that a device has for an answer; a caller may give it less
  // Always on, whatever the mode: they protect this process.
  std::uint32_t online_sub_devices_per_gateway = 1500;
  std::uint32_t subscriptions_per_device_hard = 1000;  // of a device whose subscriptions are not limited
  std::uint32_t retained_messages_per_device = 20;     // kept while retain_honoured
  std::uint32_t received_qos2_per_device = 32;     // unreleased QoS 2 messages; of more, a repetition of the oldest is taken for a new one
  std::uint32_t connect_packet_bytes = 16 * 1024;  // a CONNECT comes from a stranger: more is never kept for one
  std::uint32_t open_calls = 10000;                // to devices, not answered yet, of all together
  Duration call_timeout_max = std::chrono::seconds{60};  // of one, whatever its caller wants
  std::uint32_t registration_tokens = 100000;            // of devices without a secret of their own
  std::uint32_t firmwares = 10000;                       // of all accounts, deleted ones too
  std::uint32_t firmware_bytes = 1000 * 1024 * 1024;     // of one
  std::uint32_t firmware_grants = 100000;                // files that distributors have handed to recipients
  std::uint32_t upgrade_jobs = 10000;                    // of all accounts, since the beginning
  std::uint32_t upload_permits = 1000;                   // to upload a firmware file, not expired, of all accounts
  std::uint32_t devices_per_registration = 1000;         // names in one batch, and devices that one batch creates
  std::uint32_t job_faults = 1000;                       // planned at once
  std::uint32_t model_bytes = 256 * 1024;                // of a product's features (TSL), and of its parsing script
  std::uint32_t api_applications = 1000;                 // ApplyIds that are kept; the oldest is forgotten when there are more
  std::uint32_t api_parameters = 10100;                  // of a call: a job of 10,000 devices, and the rest of it
  std::uint32_t inbox_messages = 100;                    // kept for an account; the oldest goes first
  std::uint32_t device_list_bytes = 1024 * 1024;         // of an uploaded CSV file
  std::uint32_t http_header_bytes = 16 * 1024;
  std::uint32_t http_headers = 64;  // lines
  std::uint32_t http_body_bytes = 64 * 1024;
  Duration http_request_timeout = std::chrono::seconds{10};  // from the first byte (of the first request: from accept) to the last
  Duration http_idle_timeout = std::chrono::seconds{60};     // an answered connection that asks nothing more
  std::uint32_t http_requests_per_connection = 1000;
  std::uint32_t management_body_bytes = 2 * 1024 * 1024;            // of a request to the management endpoint
  std::uint32_t management_requests_per_connection = 100000;        // kept-alive
  std::uint32_t firmware_store_bytes = 64 * 1024 * 1024;            // of all uploaded firmware files; one fits into a request
  std::uint32_t remote_config_bytes = 64 * 1024;                    // of a product's remote configuration
  Duration connect_packet_timeout = std::chrono::seconds{10};       // from accept to a whole CONNECT
  std::uint32_t connections_max = 100000;                           // of all kinds, at once
  std::uint32_t misbehaviour_rules = 100;                           // set at once
  std::uint32_t output_bytes_per_connection = 4 * 1024 * 1024;      // that wait for a peer: a slower one is cut off
  std::uint32_t discarded_bytes_per_connection = 16 * 1024 * 1024;  // read and thrown away while a connection closes
  std::uint32_t http_answer_bytes_per_turn = 256 * 1024;     // to one caller of the management endpoint; what it asks more waits a turn
  std::uint32_t log_lines_per_second = 1000;                 // of --log json; more are counted
  std::uint32_t misbehaviour_held_bytes = 16 * 1024 * 1024;  // of late and slow answers; more go out at once
};

/// What holds unless a platform says otherwise.
inline constexpr Limits default_limits{};

/// How many there may be of something that the documents limit: any number when the limits are off.
constexpr std::size_t documented_max(const Limits& limits, std::uint32_t documented) {
  return limits.mode == LimitsMode::documented ? documented : std::numeric_limits<std::size_t>::max();
}

struct TlsConfig {
  bool rsa = true;      // certificate of an RSA key: what real C devices need (plain-RSA key exchange)
  bool ecdsa = true;    // and one of a P-256 key for everybody else
  std::string ca_file;  // PEM of the throw-away CA (certificate and key) to reuse; empty: a new one each start
};

struct GeoBlock {
  std::string cidr;     // "203.0.113.0/24"
  std::string country;  // ISO 3166 alpha-2
};
struct GeoConfig {
  std::string database;                                     // MaxMind-DB file with country_code; empty: only `blocks`
  std::vector<GeoBlock> blocks;                             // looked at first
  std::vector<std::pair<std::string, GeoPoint>> countries;  // overrides of the built-in country table
  RegionId fallback;                                        // for an address that nothing knows; empty: the first selected region
};

enum class ForeignTarget : std::uint8_t { refuse, allow };

/// The management API (core/api), served where `management` listens.
struct ApiConfig {
  RegionId region;                                  // whose endpoint it is unless Host says iot.{region}.aliyuncs.com; empty: cn-shanghai
  Duration clock_skew = std::chrono::seconds{900};  // a request's time may be so far from ours, either way
  std::uint32_t nonces = 1000000;                   // remembered at most, of all accounts: the oldest half is forgotten first
  ForeignTarget foreign_target = ForeignTarget::refuse;          // a job to another account, which the documents leave to the console
  Duration file_url_lifetime = std::chrono::seconds{600};        // of the record's URL
  Duration upload_lifetime = std::chrono::seconds{60};           // of the permit to upload a firmware file
  Duration unused_upload_kept = std::chrono::seconds{3600};      // an uploaded file that no firmware refers to
  Duration firmware_url_lifetime = std::chrono::seconds{86400};  // of the URL that a device is told
  std::uint32_t qps_undocumented = 50;                           // of an account and an action whose figure no document tells
  std::vector<std::pair<std::string, std::uint32_t>> qps;        // action and figure, instead of the documented one
};

/// Deliberate faults that prove that the oracles see them. Never set outside tests.
struct PlantedBugs {
  bool source_accepts_after_commit = false;
  bool nearest_takes_first = false;
  bool signature_not_checked = false;
  bool runtime_data_moves = false;
  bool pubacks_forgotten = false;
  bool connack_twice = false;
};

using MisbehaviourRule = misbehaviour::Rule;

struct PlatformConfig {
  int schema_version = 1;
  std::vector<AccountConfig> accounts;
  std::vector<RegionConfig> regions;
  std::vector<InstanceConfig> instances;
  std::vector<ProductConfig> products;

  ListenerConfig bootstrap;                  // the global HTTPS endpoint (plain HTTP too on the same port when `plain`)
  std::optional<ListenerConfig> management;  // HTTP and HTTPS: the management API, the console's and files; not served without
  std::optional<ListenerConfig> metrics;     // /metrics and /healthz on a listener of their own, instead of the management endpoint
  AdvertisedNames names = AdvertisedNames::loopback;  // IP and port, or the real names with a hosts map
  TlsConfig tls;
  GeoConfig geo;
  Limits limits;
  ApiConfig api;

  ConnackCodes connack;
  SourceLogin source_login = SourceLogin::notify_only;            // what a CONNECT at the source gets during handover
  Duration source_grace = std::chrono::seconds{30};               // a session left at the source lives so long after the commit
  NearestCommit nearest_commit = NearestCommit::any;              // which selected instance a CONNECT commits at
  std::uint8_t notify_qos = 1;                                    // QoS of thing/bootstrap/notify
  PublishQos2 publish_qos2 = PublishQos2::close;                  // what a PUBLISH with QoS 2 gets
  SubscribeQos2 subscribe_qos2 = SubscribeQos2::grant_1;          // what a SUBSCRIBE with QoS 2 gets
  bool will_honoured = false;                                     // a will is published when the link is lost
  bool retain_honoured = false;                                   // retained messages are kept
  TopicViolation topic_violation = TopicViolation::drop;          // a PUBLISH outside the device's own topics
  FilterViolation filter_violation = FilterViolation::refuse;     // a filter in a SUBSCRIBE that is not the device's own
  Duration subscribe_delay = std::chrono::seconds{0};             // until SUBSCRIBE and UNSUBSCRIBE take effect
  AutoSubscriptions auto_subscriptions = AutoSubscriptions::all;  // what `_ss=1` subscribes to: also what no list names
  bool notify_at_login = true;                     // a device that was away when it was handed over hears of it when it connects
  RecordFormat record_format = RecordFormat::csv;  // of the file behind QueryDeviceDistributeDetail
  bool plain_securemode_allowed = true;            // securemode=3 on a plain listener
  std::int32_t bootstrap_error_code = 6100;        // body code for an unknown device
  std::uint16_t bootstrap_error_status = 200;      // HTTP status of what the bootstrap endpoint refuses in the body
  std::vector<MisbehaviourRule> misbehaviour;      // on demand, from the start: core/misbehaviour/README.md
  PlantedBugs planted_bugs;
};

/// What is wrong with a setting, and where: "instances[2].region" names the setting as the YAML file does.
struct ConfigProblem {
  std::string path;
  std::string message;
};

/// Every mistake at once: names that refer to nothing, doubles, malformed names and blocks, values out of range. Empty: all right.
std::vector<ConfigProblem> problems_of(const PlatformConfig& config);

// Names as the platform takes them.
inline constexpr std::size_t device_name_bytes_min = 4;
inline constexpr std::size_t device_name_bytes_max = 32;
inline constexpr std::size_t product_key_bytes_max = 32;
inline constexpr std::size_t secret_bytes_max = 64;
inline constexpr std::size_t access_key_bytes_max = 128;

/// 4 to 32 of A-Z a-z 0-9 - _ . @ :
bool is_device_name(std::string_view text);
/// 1 to 32 of A-Z a-z 0-9 - _
bool is_product_key(std::string_view text);

}  // namespace fleetsim::platform
