// The code of every action: one file each, named as the action is. The table (action_table.cpp) says which name runs which.
//
//   ActionResult query_product(ActionCall& call);   // query_product.cpp
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "platform-mock/core/api/action.hpp"

namespace fleetsim::platform {

ActionResult batch_add_device_group_relations(ActionCall& call);
ActionResult batch_add_thing_topo(ActionCall& call);
ActionResult batch_check_device_names(ActionCall& call);
ActionResult batch_delete_device_group_relations(ActionCall& call);
ActionResult batch_get_device_state(ActionCall& call);
ActionResult batch_query_device_detail(ActionCall& call);
ActionResult batch_register_device(ActionCall& call);
ActionResult batch_register_device_with_apply_id(ActionCall& call);
ActionResult batch_update_device_nickname(ActionCall& call);
ActionResult cancel_ota_strategy_by_job(ActionCall& call);
ActionResult cancel_ota_task_by_device(ActionCall& call);
ActionResult cancel_ota_task_by_job(ActionCall& call);
ActionResult create_device_distribute_job(ActionCall& call);
ActionResult create_device_group(ActionCall& call);
ActionResult create_ota_dynamic_upgrade_job(ActionCall& call);
ActionResult create_ota_firmware(ActionCall& call);
ActionResult create_ota_static_upgrade_job(ActionCall& call);
ActionResult create_ota_verify_job(ActionCall& call);
ActionResult create_product(ActionCall& call);
ActionResult create_product_distribute_job(ActionCall& call);
ActionResult create_product_topic(ActionCall& call);
ActionResult create_thing_script(ActionCall& call);
ActionResult delete_device(ActionCall& call);
ActionResult delete_device_distribute_job(ActionCall& call);
ActionResult delete_device_file(ActionCall& call);
ActionResult delete_device_group(ActionCall& call);
ActionResult delete_device_prop(ActionCall& call);
ActionResult delete_ota_firmware(ActionCall& call);
ActionResult delete_product(ActionCall& call);
ActionResult delete_product_topic(ActionCall& call);
ActionResult disable_thing(ActionCall& call);
ActionResult enable_thing(ActionCall& call);
ActionResult generate_ota_upload_url(ActionCall& call);
ActionResult get_device_shadow(ActionCall& call);
ActionResult get_device_status(ActionCall& call);
ActionResult get_gateway_by_sub_device(ActionCall& call);
ActionResult get_thing_model_tsl(ActionCall& call);
ActionResult get_thing_script(ActionCall& call);
ActionResult get_thing_topo(ActionCall& call);
ActionResult import_thing_model_tsl(ActionCall& call);
ActionResult invoke_thing_service(ActionCall& call);
ActionResult invoke_things_service(ActionCall& call);
ActionResult list_device_distribute_job(ActionCall& call);
ActionResult list_distributed_device(ActionCall& call);
ActionResult list_distributed_product(ActionCall& call);
ActionResult list_ota_firmware(ActionCall& call);
ActionResult list_ota_job_by_device(ActionCall& call);
ActionResult list_ota_job_by_firmware(ActionCall& call);
ActionResult list_ota_module_versions_by_device(ActionCall& call);
ActionResult list_ota_task_by_job(ActionCall& call);
ActionResult list_ota_unfinished_task_by_device(ActionCall& call);
ActionResult notify_add_thing_topo(ActionCall& call);
ActionResult pub(ActionCall& call);
ActionResult query_batch_register_device_status(ActionCall& call);
ActionResult query_device(ActionCall& call);
ActionResult query_device_by_status(ActionCall& call);
ActionResult query_device_by_tags(ActionCall& call);
ActionResult query_device_desired_property(ActionCall& call);
ActionResult query_device_detail(ActionCall& call);
ActionResult query_device_distribute_detail(ActionCall& call);
ActionResult query_device_distribute_job(ActionCall& call);
ActionResult query_device_event_data(ActionCall& call);
ActionResult query_device_file(ActionCall& call);
ActionResult query_device_file_list(ActionCall& call);
ActionResult query_device_group_by_device(ActionCall& call);
ActionResult query_device_group_by_tags(ActionCall& call);
ActionResult query_device_group_info(ActionCall& call);
ActionResult query_device_group_list(ActionCall& call);
ActionResult query_device_group_tag_list(ActionCall& call);
ActionResult query_device_info(ActionCall& call);
ActionResult query_device_list_by_device_group(ActionCall& call);
ActionResult query_device_log(ActionCall& call);
ActionResult query_device_prop(ActionCall& call);
ActionResult query_device_properties_data(ActionCall& call);
ActionResult query_device_property_data(ActionCall& call);
ActionResult query_device_property_status(ActionCall& call);
ActionResult query_device_provisioning(ActionCall& call);
ActionResult query_device_service_data(ActionCall& call);
ActionResult query_device_statistics(ActionCall& call);
ActionResult query_ota_firmware(ActionCall& call);
ActionResult query_ota_job(ActionCall& call);
ActionResult query_page_by_apply_id(ActionCall& call);
ActionResult query_product(ActionCall& call);
ActionResult query_product_list(ActionCall& call);
ActionResult query_product_topic(ActionCall& call);
ActionResult query_super_device_group(ActionCall& call);
ActionResult r_rpc(ActionCall& call);
ActionResult register_device(ActionCall& call);
ActionResult remove_thing_topo(ActionCall& call);
ActionResult reset_thing(ActionCall& call);
ActionResult reupgrade_ota_task(ActionCall& call);
ActionResult save_device_prop(ActionCall& call);
ActionResult set_device_desired_property(ActionCall& call);
ActionResult set_device_group_tags(ActionCall& call);
ActionResult set_device_property(ActionCall& call);
ActionResult set_devices_property(ActionCall& call);
ActionResult update_device_group(ActionCall& call);
ActionResult update_device_shadow(ActionCall& call);
ActionResult update_product(ActionCall& call);
ActionResult update_product_topic(ActionCall& call);
ActionResult update_thing_script(ActionCall& call);
// What several of them share.
inline constexpr TextLimits product_name_limits{.characters_min = 4, .characters_max = 30};
inline constexpr TextLimits product_description_limits{.characters_min = 0, .characters_max = 100};
inline constexpr TextLimits nickname_limits{.characters_min = 4, .characters_max = 64};
inline constexpr std::size_t page_size_max = 200;
inline constexpr std::size_t small_page_size_max = 50;
inline constexpr std::size_t page_size_default = 10;

inline std::size_t pages_of(std::size_t total, std::size_t page_size) { return (total + page_size - 1) / page_size; }

/// Null when there is no such application of this account.
inline Application* own_application(ActionCall& call, std::int64_t apply_id) {
  Application* const application = call.state.find_application(apply_id);
  return application != nullptr && application->account == call.account ? application : nullptr;
}

/// Why a product's features or script are too long; nothing when they are not.
inline std::optional<ApiError> problem_with_model(const ActionCall& call, std::string_view parameter, std::string_view text) {
  const std::size_t most = call.config.limits.model_bytes;
  if (text.size() <= most) return std::nullopt;
  return ApiError::business("iot.check.InvalidFormattedParameter",
                            "\"" + std::string{parameter} + "\" has at most " + std::to_string(most) + " bytes")
      .at(LimitKind::model_bytes);
}

/// One JSON object and nothing behind it.
bool is_json_object(std::string_view text);

/// As it stands in a topic.
bool is_service_name(std::string_view text);

inline ApiError unknown_application() { return ApiError::business("iot.device.NotExistedApplyId", "there is no such ApplyId here"); }

}  // namespace fleetsim::platform
