// Limits, TLS, and the settings for behaviour that no public source documents.
#include <algorithm>
#include <fmt/format.h>

#include "sim/config/platform_limits.hpp"
#include "sim/config/platform_parts.hpp"

namespace fleetsim::sim {
namespace {

using platform::PlatformConfig;

constexpr Choice<platform::LimitsMode> limits_choices[] = {{"documented", platform::LimitsMode::documented},
                                                           {"unlimited", platform::LimitsMode::unlimited}};
constexpr Choice<platform::SourceLogin> source_login_choices[] = {{"notify_only", platform::SourceLogin::notify_only},
                                                                  {"refuse", platform::SourceLogin::refuse}};
constexpr Choice<platform::NearestCommit> nearest_commit_choices[] = {{"any", platform::NearestCommit::any},
                                                                      {"nearest", platform::NearestCommit::nearest}};
constexpr Choice<platform::PublishQos2> publish_qos2_choices[] = {{"close", platform::PublishQos2::close},
                                                                  {"downgrade", platform::PublishQos2::downgrade}};
constexpr Choice<platform::SubscribeQos2> subscribe_qos2_choices[] = {{"grant_1", platform::SubscribeQos2::grant_1},
                                                                      {"refuse", platform::SubscribeQos2::refuse}};
constexpr Choice<platform::TopicViolation> topic_choices[] = {{"drop", platform::TopicViolation::drop},
                                                              {"disconnect", platform::TopicViolation::disconnect}};
constexpr Choice<platform::FilterViolation> filter_choices[] = {{"refuse", platform::FilterViolation::refuse},
                                                                {"ignore", platform::FilterViolation::ignore},
                                                                {"disconnect", platform::FilterViolation::disconnect}};
constexpr Choice<platform::AutoSubscriptions> auto_choices[] = {{"all", platform::AutoSubscriptions::all},
                                                                {"published", platform::AutoSubscriptions::published}};
constexpr Choice<platform::RecordFormat> record_choices[] = {{"csv", platform::RecordFormat::csv}, {"json", platform::RecordFormat::json}};
constexpr Choice<platform::AdvertisedNames> names_choices[] = {{"loopback", platform::AdvertisedNames::loopback},
                                                               {"realistic", platform::AdvertisedNames::realistic}};

constexpr Choice<platform::ForeignTarget> foreign_target_choices[] = {{"refuse", platform::ForeignTarget::refuse},
                                                                      {"allow", platform::ForeignTarget::allow}};

void read_limit_values(MapReader& reader, platform::Limits& limits) {
  const WholeRange positive{.min = 1};
  reader.choice("mode", limits.mode, limits_choices);
  reader.whole("connects_per_second_per_account", limits.connects_per_second_per_account, positive);
  reader.whole("connects_per_minute_per_device", limits.connects_per_minute_per_device, positive);
  reader.whole("uplink_qos0_per_second_per_device", limits.uplink_qos0_per_second_per_device, positive);
  reader.whole("uplink_qos1_per_second_per_device", limits.uplink_qos1_per_second_per_device, positive);
  reader.whole("downlink_per_second_per_device", limits.downlink_per_second_per_device, positive);
  reader.whole("uplink_per_second_per_account", limits.uplink_per_second_per_account, positive);
  reader.whole("downlink_per_second_per_account", limits.downlink_per_second_per_account, positive);
  reader.size("uplink_bytes_per_second_per_connection", limits.uplink_bytes_per_second_per_connection,
              {.min = 1, .max = std::int64_t{1024} * 1024 * 1024});
  reader.whole("sub_device_logins_per_second_per_gateway", limits.sub_device_logins_per_second_per_gateway, positive);
  reader.whole("online_sub_devices_per_gateway", limits.online_sub_devices_per_gateway, positive);
  reader.whole("sub_devices_per_request", limits.sub_devices_per_request, positive);
  reader.whole("sub_devices_per_login_batch", limits.sub_devices_per_login_batch, positive);
  reader.whole("properties_per_post", limits.properties_per_post, positive);
  reader.duration("message_retention", limits.message_retention, {.min = Duration{1000}});
  reader.whole("subscriptions_per_device", limits.subscriptions_per_device, positive);
  reader.whole("filters_per_subscribe", limits.filters_per_subscribe, positive);
  reader.size("payload_bytes", limits.payload_bytes, {.min = 1, .max = std::int64_t{16} * 1024 * 1024});
  reader.size("topic_bytes", limits.topic_bytes, {.min = 1, .max = 65535});
  reader.whole("topic_slashes", limits.topic_slashes, positive);
  reader.whole("unacknowledged_per_device", limits.unacknowledged_per_device, {.min = 1, .max = 65535});
  reader.whole("keep_alive_s_min", limits.keep_alive_s_min, {.min = 0, .max = 65535});
  reader.whole("keep_alive_s_max", limits.keep_alive_s_max, {.min = 1, .max = 65535});
  reader.whole("offline_queue_per_device", limits.offline_queue_per_device);
  reader.size("offline_queue_bytes_per_device", limits.offline_queue_bytes_per_device, {.min = 0, .max = std::int64_t{1024} * 1024 * 1024});
  reader.whole("devices_per_job", limits.devices_per_job, positive);
  reader.whole("unfinished_jobs_per_account", limits.unfinished_jobs_per_account, positive);
  reader.whole("devices_per_batch", limits.devices_per_batch, positive);
  reader.duration("job_batch_interval", limits.job_batch_interval);
  reader.duration("job_stuck_after", limits.job_stuck_after);
  reader.duration("verification_code_lifetime", limits.verification_code_lifetime, {.min = Duration{1000}});
  reader.whole("verification_code_tries", limits.verification_code_tries, positive);
  reader.whole("verification_codes_per_minute", limits.verification_codes_per_minute, positive);
  reader.whole("inbox_messages", limits.inbox_messages, positive);
  reader.size("device_list_bytes", limits.device_list_bytes, {.min = 1, .max = std::int64_t{16} * 1024 * 1024});
  reader.whole("products_per_account", limits.products_per_account, positive);
  reader.whole("devices_per_product", limits.devices_per_product, positive);
  reader.size("http_header_bytes", limits.http_header_bytes, {.min = 512, .max = std::int64_t{1024} * 1024});
  reader.whole("http_headers", limits.http_headers, {.min = 8, .max = 1024});
  reader.size("http_body_bytes", limits.http_body_bytes, {.min = 256, .max = std::int64_t{16} * 1024 * 1024});
  reader.duration("http_request_timeout", limits.http_request_timeout, {.min = Duration{1000}});
  reader.duration("http_idle_timeout", limits.http_idle_timeout, {.min = Duration{1000}});
  reader.whole("http_requests_per_connection", limits.http_requests_per_connection, positive);
  reader.size("management_body_bytes", limits.management_body_bytes, {.min = 4096, .max = std::int64_t{64} * 1024 * 1024});
  reader.whole("management_requests_per_connection", limits.management_requests_per_connection, positive);
  reader.size("firmware_store_bytes", limits.firmware_store_bytes, {.min = 1, .max = std::int64_t{2} * 1024 * 1024 * 1024});
  reader.size("remote_config_bytes", limits.remote_config_bytes, {.min = 2, .max = std::int64_t{16} * 1024 * 1024});
  reader.duration("connect_packet_timeout", limits.connect_packet_timeout, {.min = Duration{1000}});
  reader.whole("connections_max", limits.connections_max, {.min = 1, .max = 10'000'000});
  reader.whole("misbehaviour_rules", limits.misbehaviour_rules, {.min = 0, .max = 10'000});
  reader.size("misbehaviour_held_bytes", limits.misbehaviour_held_bytes, {.min = 0, .max = std::int64_t{1024} * 1024 * 1024});
  read_limits_of_what_is_kept(reader, limits);
  if (limits.keep_alive_s_min > limits.keep_alive_s_max)
    reader.error(reader.at("keep_alive_s_min"), "keep_alive_s_min",
                 fmt::format("{} is more than keep_alive_s_max, {}", limits.keep_alive_s_min, limits.keep_alive_s_max));
}

void read_connack_codes(MapReader& reader, platform::ConnackCodes& codes) {
  const Node* node = reader.find("connack");
  if (node == nullptr) return;
  const WholeRange refusal{.min = 1, .max = 5};  // MQTT 3.1.1 table 3.1
  MapReader connack{*node, reader.path_of("connack"), reader.diagnostics()};
  connack.whole("malformed_client_id", codes.malformed_client_id, refusal);
  connack.whole("unknown_device", codes.unknown_device, refusal);
  connack.whole("wrong_signature", codes.wrong_signature, refusal);
  connack.whole("disabled", codes.disabled, refusal);
  connack.whole("distributed_away", codes.distributed_away, refusal);
  connack.whole("keep_alive_out_of_range", codes.keep_alive_out_of_range, refusal);
  connack.whole("securemode_mismatch", codes.securemode_mismatch, refusal);
  connack.whole("too_many_connects", codes.too_many_connects, refusal);
  connack.whole("registration_refused", codes.registration_refused, refusal);
  connack.finish();
}

void read_tls(MapReader& reader, const PlatformPlace& place, platform::TlsConfig& tls) {
  const Node* node = reader.find("tls");
  if (node == nullptr) return;
  MapReader map{*node, reader.path_of("tls"), reader.diagnostics()};
  map.flag("rsa", tls.rsa);
  map.flag("ecdsa", tls.ecdsa);
  if (map.text("ca_file", tls.ca_file, {.bytes_min = 0, .bytes_max = 4096})) tls.ca_file = path_from(place.folder, tls.ca_file);
  if (!tls.rsa && !tls.ecdsa) map.error(map.at(), "rsa", "rsa and ecdsa are both off: no certificate is left");
  map.finish();
}

void read_planted_bugs(MapReader& reader, platform::PlantedBugs& bugs) {
  const Node* node = reader.find("planted_bugs");
  if (node == nullptr) return;
  MapReader map{*node, reader.path_of("planted_bugs"), reader.diagnostics()};
  map.flag("source_accepts_after_commit", bugs.source_accepts_after_commit);
  map.flag("nearest_takes_first", bugs.nearest_takes_first);
  map.flag("signature_not_checked", bugs.signature_not_checked);
  map.flag("runtime_data_moves", bugs.runtime_data_moves);
  map.flag("pubacks_forgotten", bugs.pubacks_forgotten);
  map.flag("connack_twice", bugs.connack_twice);
  map.finish();
}

}  // namespace

void read_limits(MapReader& reader, PlatformConfig& config) {
  const Node* node = reader.find("limits");
  if (node == nullptr) return;
  if (node->kind == Node::Kind::scalar) {
    reader.choice("limits", config.limits.mode, limits_choices);
    return;
  }
  MapReader limits{*node, reader.path_of("limits"), reader.diagnostics()};
  read_limit_values(limits, config.limits);
  limits.finish();
}

void read_api(MapReader& reader, PlatformConfig& config) {
  const Node* node = reader.find("api");
  if (node == nullptr) return;
  MapReader api{*node, reader.path_of("api"), reader.diagnostics()};
  std::string region;
  if (api.text("region", region)) {
    config.api.region = platform::RegionId{region};
    if (std::none_of(config.regions.begin(), config.regions.end(), [&](const auto& r) { return r.id == config.api.region; }))
      api.error(api.at("region"), "region", no_such("region", region, config.regions));
  }
  api.duration("clock_skew", config.api.clock_skew, {.min = Duration{1000}});
  api.whole("nonces", config.api.nonces, {.min = 1000, .max = 100'000'000});
  api.choice("foreign_target", config.api.foreign_target, foreign_target_choices);
  api.duration("file_url_lifetime", config.api.file_url_lifetime, {.min = Duration{1000}});
  api.duration("upload_lifetime", config.api.upload_lifetime, {.min = Duration{1000}});
  api.duration("unused_upload_kept", config.api.unused_upload_kept, {.min = Duration{1000}});
  api.duration("firmware_url_lifetime", config.api.firmware_url_lifetime, {.min = Duration{1000}});
  api.whole("qps_undocumented", config.api.qps_undocumented, {.min = 1});
  if (const Node* actions = api.find("qps")) {
    MapReader qps{*actions, api.path_of("qps"), api.diagnostics()};
    for (const Node& one : actions->children) {
      std::uint32_t figure = 0;
      if (!one.key.empty() && qps.whole(one.key, figure, {.min = 1})) config.api.qps.emplace_back(one.key, figure);
    }
    qps.finish();
  }
  api.finish();
}

void read_rules(MapReader& reader, const PlatformPlace& place, PlatformConfig& config) {
  reader.choice("names", config.names, names_choices);
  read_tls(reader, place, config.tls);
  read_connack_codes(reader, config.connack);
  reader.choice("source_login", config.source_login, source_login_choices);
  reader.duration("source_grace", config.source_grace);
  reader.choice("nearest_commit", config.nearest_commit, nearest_commit_choices);
  reader.whole("notify_qos", config.notify_qos, {.min = 0, .max = 1});
  reader.choice("publish_qos2", config.publish_qos2, publish_qos2_choices);
  reader.choice("subscribe_qos2", config.subscribe_qos2, subscribe_qos2_choices);
  reader.flag("will_honoured", config.will_honoured);
  reader.flag("retain_honoured", config.retain_honoured);
  reader.choice("topic_violation", config.topic_violation, topic_choices);
  reader.choice("filter_violation", config.filter_violation, filter_choices);
  reader.duration("subscribe_delay", config.subscribe_delay, {.max = std::chrono::hours{1}});
  reader.choice("auto_subscriptions", config.auto_subscriptions, auto_choices);
  reader.flag("notify_at_login", config.notify_at_login);
  reader.choice("record_format", config.record_format, record_choices);
  reader.flag("plain_securemode_allowed", config.plain_securemode_allowed);
  reader.whole("bootstrap_error_code", config.bootstrap_error_code, {.min = 1, .max = 999'999});
  if (reader.whole("bootstrap_error_status", config.bootstrap_error_status, {.min = 200, .max = 599}) &&
      config.bootstrap_error_status != 200 && config.bootstrap_error_status < 400)
    reader.error(reader.at("bootstrap_error_status"), "bootstrap_error_status", "expected 200, or 400 to 599");
  read_planted_bugs(reader, config.planted_bugs);
}

}  // namespace fleetsim::sim
