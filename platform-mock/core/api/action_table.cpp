#include "platform-mock/core/api/action_table.hpp"

#include <algorithm>
#include <array>

#include "platform-mock/core/api/actions/actions.hpp"

namespace fleetsim::platform {
namespace {

// Sorted by name: find_action() relies on it, and a test looks.
constexpr ActionRow rows[] = {
    {"BatchAddDeviceGroupRelations", batch_add_device_group_relations},
    {"BatchAddThingTopo", batch_add_thing_topo},
    {"BatchCheckDeviceNames", batch_check_device_names},
    {"BatchDeleteDeviceGroupRelations", batch_delete_device_group_relations},
    {"BatchGetDeviceState", batch_get_device_state},
    {"BatchQueryDeviceDetail", batch_query_device_detail},
    {"BatchRegisterDevice", batch_register_device},
    {"BatchRegisterDeviceWithApplyId", batch_register_device_with_apply_id},
    {"BatchUpdateDeviceNickname", batch_update_device_nickname},
    {"CancelOTAStrategyByJob", cancel_ota_strategy_by_job},
    {"CancelOTATaskByDevice", cancel_ota_task_by_device},
    {"CancelOTATaskByJob", cancel_ota_task_by_job},
    {"CreateDeviceDistributeJob", create_device_distribute_job, ActionRegion::shanghai, 2},
    {"CreateDeviceGroup", create_device_group, ActionRegion::any, 500},
    {"CreateOTADynamicUpgradeJob", create_ota_dynamic_upgrade_job, ActionRegion::any, 20},
    {"CreateOTAFirmware", create_ota_firmware},
    {"CreateOTAStaticUpgradeJob", create_ota_static_upgrade_job, ActionRegion::any, 20},
    {"CreateOTAVerifyJob", create_ota_verify_job},
    {"CreateProduct", create_product},
    {"CreateProductDistributeJob", create_product_distribute_job, ActionRegion::shanghai, 2},
    {"CreateProductTopic", create_product_topic},
    {"CreateThingScript", create_thing_script},
    {"DeleteDevice", delete_device},
    {"DeleteDeviceDistributeJob", delete_device_distribute_job, ActionRegion::shanghai, 2},
    {"DeleteDeviceFile", delete_device_file},
    {"DeleteDeviceGroup", delete_device_group},
    {"DeleteDeviceProp", delete_device_prop},
    {"DeleteOTAFirmware", delete_ota_firmware},
    {"DeleteProduct", delete_product},
    {"DeleteProductTopic", delete_product_topic},
    {"DisableThing", disable_thing},
    {"EnableThing", enable_thing},
    {"GenerateOTAUploadURL", generate_ota_upload_url, ActionRegion::any, 10},
    {"GetDeviceShadow", get_device_shadow},
    {"GetDeviceStatus", get_device_status},
    {"GetGatewayBySubDevice", get_gateway_by_sub_device},
    {"GetThingModelTsl", get_thing_model_tsl},
    {"GetThingScript", get_thing_script},
    {"GetThingTopo", get_thing_topo},
    {"ImportThingModelTsl", import_thing_model_tsl},
    {"InvokeThingService", invoke_thing_service},
    {"InvokeThingsService", invoke_things_service},
    {"ListDeviceDistributeJob", list_device_distribute_job, ActionRegion::shanghai, 5},
    {"ListDistributedDevice", list_distributed_device, ActionRegion::shanghai, 5},
    {"ListDistributedProduct", list_distributed_product, ActionRegion::shanghai, 5},
    {"ListOTAFirmware", list_ota_firmware},
    {"ListOTAJobByDevice", list_ota_job_by_device},
    {"ListOTAJobByFirmware", list_ota_job_by_firmware},
    {"ListOTAModuleVersionsByDevice", list_ota_module_versions_by_device},
    {"ListOTATaskByJob", list_ota_task_by_job},
    {"ListOTAUnfinishedTaskByDevice", list_ota_unfinished_task_by_device},
    {"NotifyAddThingTopo", notify_add_thing_topo},
    {"Pub", pub},
    {"QueryBatchRegisterDeviceStatus", query_batch_register_device_status},
    {"QueryDevice", query_device},
    {"QueryDeviceByStatus", query_device_by_status},
    {"QueryDeviceByTags", query_device_by_tags},
    {"QueryDeviceDesiredProperty", query_device_desired_property},
    {"QueryDeviceDetail", query_device_detail},
    {"QueryDeviceDistributeDetail", query_device_distribute_detail, ActionRegion::shanghai, 5},
    {"QueryDeviceDistributeJob", query_device_distribute_job, ActionRegion::shanghai, 10},
    {"QueryDeviceEventData", query_device_event_data},
    {"QueryDeviceFile", query_device_file},
    {"QueryDeviceFileList", query_device_file_list},
    {"QueryDeviceGroupByDevice", query_device_group_by_device, ActionRegion::any, 50},
    {"QueryDeviceGroupByTags", query_device_group_by_tags},
    {"QueryDeviceGroupInfo", query_device_group_info},
    {"QueryDeviceGroupList", query_device_group_list, ActionRegion::any, 100},
    {"QueryDeviceGroupTagList", query_device_group_tag_list},
    {"QueryDeviceInfo", query_device_info},
    {"QueryDeviceListByDeviceGroup", query_device_list_by_device_group},
    {"QueryDeviceLog", query_device_log},
    {"QueryDeviceProp", query_device_prop},
    {"QueryDevicePropertiesData", query_device_properties_data},
    {"QueryDevicePropertyData", query_device_property_data},
    {"QueryDevicePropertyStatus", query_device_property_status},
    {"QueryDeviceProvisioning", query_device_provisioning, ActionRegion::shanghai, 50},
    {"QueryDeviceServiceData", query_device_service_data},
    {"QueryDeviceStatistics", query_device_statistics},
    {"QueryOTAFirmware", query_ota_firmware},
    {"QueryOTAJob", query_ota_job},
    {"QueryPageByApplyId", query_page_by_apply_id},
    {"QueryProduct", query_product},
    {"QueryProductList", query_product_list},
    {"QueryProductTopic", query_product_topic},
    {"QuerySuperDeviceGroup", query_super_device_group},
    {"RRpc", r_rpc},
    {"RegisterDevice", register_device},
    {"RemoveThingTopo", remove_thing_topo},
    {"ResetThing", reset_thing},
    {"ReupgradeOTATask", reupgrade_ota_task},
    {"SaveDeviceProp", save_device_prop},
    {"SetDeviceDesiredProperty", set_device_desired_property},
    {"SetDeviceGroupTags", set_device_group_tags},
    {"SetDeviceProperty", set_device_property},
    {"SetDevicesProperty", set_devices_property},
    {"UpdateDeviceGroup", update_device_group},
    {"UpdateDeviceShadow", update_device_shadow},
    {"UpdateProduct", update_product},
    {"UpdateProductTopic", update_product_topic},
    {"UpdateThingScript", update_thing_script},
};

}  // namespace

std::span<const ActionRow> action_table() { return rows; }

std::optional<std::size_t> find_action(std::string_view name) {
  const auto by_name = [](const ActionRow& row, std::string_view wanted) { return row.name < wanted; };
  const auto* const found = std::lower_bound(std::begin(rows), std::end(rows), name, by_name);
  if (found == std::end(rows) || found->name != name) return std::nullopt;
  return static_cast<std::size_t>(found - std::begin(rows));
}

}  // namespace fleetsim::platform
