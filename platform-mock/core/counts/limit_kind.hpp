// Every limit that something can run into, by name, and how often that has happened: /metrics shows each of them
// (fleetsim_limit_reached_total). Whoever refuses, delays or throws away because of a limit says so here, or in the error that it returns.
//
//   limits.reached(LimitKind::open_calls);
//   return PlatformError{"iot.ota.TooManyJobs", "no room for another job", LimitKind::upgrade_jobs};
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace fleetsim::platform {

enum class LimitKind : std::uint8_t {
  // connections
  connections,
  output_bytes_per_connection,
  discarded_bytes_per_connection,
  file_descriptors,
  connect_packet_timeout,
  http_request_timeout,
  http_header,
  http_body,
  http_requests_per_connection,
  http_answer_bytes_per_turn,
  mqtt_packet_bytes,
  // rates
  connects_per_second_per_account,
  connects_per_minute_per_device,
  uplink_qos0_per_second_per_device,
  uplink_qos1_per_second_per_device,
  downlink_per_second_per_device,
  uplink_bytes_per_second_per_connection,
  uplink_per_second_per_account,
  downlink_per_second_per_account,
  sub_device_logins_per_second_per_gateway,
  api_calls_per_second,
  log_lines_per_second,
  // what is kept of a session
  subscriptions_per_device,
  filters_per_subscribe,
  topic,
  unacknowledged_per_device,
  offline_queue_per_device,
  offline_queue_bytes_per_device,
  message_retention,
  retained_messages_per_device,
  received_qos2_per_device,
  open_calls,
  // what is kept of a device
  properties_per_device,
  properties_per_post,
  desired_properties_per_device,
  records_per_device,
  shadow,
  tags_per_device,
  firmware_modules_per_device,
  sub_devices_per_gateway,
  sub_devices_online_per_gateway,
  sub_devices_per_request,
  registration_tokens,
  // products, firmware, jobs, accounts
  products_per_account,
  devices_per_product,
  devices_per_registration,
  topic_categories_per_product,
  model_bytes,
  firmwares,
  firmware_bytes,
  upgrade_jobs,
  devices_per_upgrade,
  devices_per_job,
  unfinished_jobs_per_account,
  verification_code_tries,
  verification_codes_per_minute,
  inbox_messages,
  firmware_grants,
  job_faults,
  misbehaviour_rules,
  misbehaviour_held_bytes,
  device_list,
  // the management API
  api_parameters,
  api_nonces,
  api_applications,
  device_groups,
  devices_per_group,
  groups_per_device,
  upload_permits,
  firmware_store_bytes,
  remote_config_bytes,
};
inline constexpr std::size_t limit_kinds = static_cast<std::size_t>(LimitKind::remote_config_bytes) + 1;

/// In the order of the enumeration.
inline constexpr std::array<std::string_view, limit_kinds> limit_names = {
    "connections",
    "output_bytes_per_connection",
    "discarded_bytes_per_connection",
    "file_descriptors",
    "connect_packet_timeout",
    "http_request_timeout",
    "http_header",
    "http_body",
    "http_requests_per_connection",
    "http_answer_bytes_per_turn",
    "mqtt_packet_bytes",
    "connects_per_second_per_account",
    "connects_per_minute_per_device",
    "uplink_qos0_per_second_per_device",
    "uplink_qos1_per_second_per_device",
    "downlink_per_second_per_device",
    "uplink_bytes_per_second_per_connection",
    "uplink_per_second_per_account",
    "downlink_per_second_per_account",
    "sub_device_logins_per_second_per_gateway",
    "api_calls_per_second",
    "log_lines_per_second",
    "subscriptions_per_device",
    "filters_per_subscribe",
    "topic",
    "unacknowledged_per_device",
    "offline_queue_per_device",
    "offline_queue_bytes_per_device",
    "message_retention",
    "retained_messages_per_device",
    "received_qos2_per_device",
    "open_calls",
    "properties_per_device",
    "properties_per_post",
    "desired_properties_per_device",
    "records_per_device",
    "shadow",
    "tags_per_device",
    "firmware_modules_per_device",
    "sub_devices_per_gateway",
    "sub_devices_online_per_gateway",
    "sub_devices_per_request",
    "registration_tokens",
    "products_per_account",
    "devices_per_product",
    "devices_per_registration",
    "topic_categories_per_product",
    "model_bytes",
    "firmwares",
    "firmware_bytes",
    "upgrade_jobs",
    "devices_per_upgrade",
    "devices_per_job",
    "unfinished_jobs_per_account",
    "verification_code_tries",
    "verification_codes_per_minute",
    "inbox_messages",
    "firmware_grants",
    "job_faults",
    "misbehaviour_rules",
    "misbehaviour_held_bytes",
    "device_list",
    "api_parameters",
    "api_nonces",
    "api_applications",
    "device_groups",
    "devices_per_group",
    "groups_per_device",
    "upload_permits",
    "firmware_store_bytes",
    "remote_config_bytes",
};
static_assert(limit_names.back() == "remote_config_bytes");

class LimitCounts {
 public:
  void reached(LimitKind kind) { ++counts_[static_cast<std::size_t>(kind)]; }
  std::uint64_t of(LimitKind kind) const { return counts_[static_cast<std::size_t>(kind)]; }

 private:
  std::array<std::uint64_t, limit_kinds> counts_{};
};

}  // namespace fleetsim::platform
