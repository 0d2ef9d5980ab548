// Limits of what is kept: of a device, of groups, products, firmware and open work. Each is a row: the key, where it goes, its range.
#include "sim/config/platform_limits.hpp"

#include <cstdint>

namespace fleetsim::sim {
namespace {

using platform::Limits;

struct Row {
  const char* key = nullptr;
  std::uint32_t Limits::*figure = nullptr;
  WholeRange range{.min = 1};
};

constexpr std::int64_t mebibyte = std::int64_t{1024} * 1024;

constexpr Row counts[] = {
    {"properties_per_device", &Limits::properties_per_device, {.min = 1, .max = 100'000}},
    {"desired_properties_per_device", &Limits::desired_properties_per_device, {.min = 1, .max = 100'000}},
    {"records_per_device", &Limits::records_per_device, {.min = 1, .max = 100'000}},
    {"shadow_attributes", &Limits::shadow_attributes, {.min = 1, .max = 100'000}},
    {"shadow_depth", &Limits::shadow_depth, {.min = 1, .max = 32}},
    {"files_per_device", &Limits::files_per_device, {.min = 1, .max = 100'000}},
    {"firmware_modules_per_device", &Limits::firmware_modules_per_device, {.min = 1, .max = 10'000}},
    {"tags_per_device", &Limits::tags_per_device, {.min = 1, .max = 10'000}},
    {"groups_per_device", &Limits::groups_per_device, {.min = 1, .max = 10'000}},
    {"device_groups_per_place", &Limits::device_groups_per_place, {.min = 1, .max = 1'000'000}},
    {"groups_per_group", &Limits::groups_per_group, {.min = 1, .max = 1'000'000}},
    {"device_group_levels", &Limits::device_group_levels, {.min = 1, .max = 100}},
    {"topic_categories_per_product", &Limits::topic_categories_per_product, {.min = 1, .max = 100'000}},
    {"sub_devices_per_gateway", &Limits::sub_devices_per_gateway},
    {"devices_per_group", &Limits::devices_per_group},
    {"devices_per_upgrade", &Limits::devices_per_upgrade},
    {"devices_per_verify", &Limits::devices_per_verify},
    {"devices_per_registration", &Limits::devices_per_registration, {.min = 1, .max = 100'000}},
    {"subscriptions_per_device_hard", &Limits::subscriptions_per_device_hard, {.min = 1, .max = 1'000'000}},
    {"retained_messages_per_device", &Limits::retained_messages_per_device, {.min = 0, .max = 10'000}},
    {"received_qos2_per_device", &Limits::received_qos2_per_device, {.min = 1, .max = 65'535}},
    {"open_calls", &Limits::open_calls, {.min = 0, .max = 10'000'000}},
    {"registration_tokens", &Limits::registration_tokens, {.min = 0, .max = 100'000'000}},
    {"firmwares", &Limits::firmwares, {.min = 0, .max = 10'000'000}},
    {"firmware_grants", &Limits::firmware_grants, {.min = 0, .max = 100'000'000}},
    {"upgrade_jobs", &Limits::upgrade_jobs, {.min = 0, .max = 10'000'000}},
    {"upload_permits", &Limits::upload_permits, {.min = 0, .max = 1'000'000}},
    {"job_faults", &Limits::job_faults, {.min = 0, .max = 1'000'000}},
    {"api_applications", &Limits::api_applications, {.min = 1, .max = 10'000'000}},
    {"log_lines_per_second", &Limits::log_lines_per_second, {.min = 1, .max = 10'000'000}},
    {"api_parameters", &Limits::api_parameters, {.min = 100, .max = 1'000'000}},
};

constexpr Row sizes[] = {
    {"property_bytes_per_device", &Limits::property_bytes_per_device, {.min = 1, .max = 64 * mebibyte}},
    {"desired_property_bytes", &Limits::desired_property_bytes, {.min = 1, .max = 16 * mebibyte}},
    {"record_bytes_per_device", &Limits::record_bytes_per_device, {.min = 1, .max = 64 * mebibyte}},
    {"shadow_bytes", &Limits::shadow_bytes, {.min = 16, .max = 16 * mebibyte}},
    {"device_file_bytes", &Limits::device_file_bytes, {.min = 1, .max = 64 * mebibyte}},
    {"connect_packet_bytes", &Limits::connect_packet_bytes, {.min = 256, .max = mebibyte}},
    {"output_bytes_per_connection", &Limits::output_bytes_per_connection, {.min = 65'536, .max = 1024 * mebibyte}},
    {"discarded_bytes_per_connection", &Limits::discarded_bytes_per_connection, {.min = 0, .max = 1024 * mebibyte}},
    {"http_answer_bytes_per_turn", &Limits::http_answer_bytes_per_turn, {.min = 1, .max = 64 * mebibyte}},
    {"model_bytes", &Limits::model_bytes, {.min = 2, .max = 64 * mebibyte}},
    {"firmware_bytes", &Limits::firmware_bytes, {.min = 1, .max = 2048 * mebibyte}},
};

}  // namespace

void read_limits_of_what_is_kept(MapReader& reader, Limits& limits) {
  for (const Row& row : counts) reader.whole(row.key, limits.*row.figure, row.range);
  for (const Row& row : sizes) reader.size(row.key, limits.*row.figure, row.range);
  reader.duration("call_timeout_max", limits.call_timeout_max, {.min = Duration{1000}});
  reader.duration("rrpc_timeout", limits.rrpc_timeout, {.min = Duration{1000}});
  if (limits.rrpc_timeout > limits.call_timeout_max)
    reader.error(reader.at("rrpc_timeout"), "rrpc_timeout", "is longer than call_timeout_max");
}

}  // namespace fleetsim::sim
