#include "platform-mock/core/api/action_table.hpp"

#include <algorithm>
#include <array>

#include "platform-mock/core/api/actions/actions.hpp"

namespace fleetsim::platform {
namespace {

// Sorted by name: find_action() relies on it, and a test looks.
constexpr ActionRow rows[] = {
    {"BatchCheckDeviceNames", batch_check_device_names},
    {"BatchGetDeviceState", batch_get_device_state},
    {"BatchRegisterDevice", batch_register_device},
    {"BatchRegisterDeviceWithApplyId", batch_register_device_with_apply_id},
    {"CreateDeviceDistributeJob", create_device_distribute_job, ActionRegion::shanghai, 2},
    {"CreateProduct", create_product},
    {"CreateProductDistributeJob", create_product_distribute_job, ActionRegion::shanghai, 2},
    {"CreateProductTopic", create_product_topic},
    {"CreateThingScript", create_thing_script},
    {"DeleteDevice", delete_device},
    {"DeleteDeviceDistributeJob", delete_device_distribute_job, ActionRegion::shanghai, 2},
    {"DeleteProduct", delete_product},
    {"DeleteProductTopic", delete_product_topic},
    {"DisableThing", disable_thing},
    {"EnableThing", enable_thing},
    {"GetDeviceShadow", get_device_shadow},
    {"GetDeviceStatus", get_device_status},
    {"GetThingModelTsl", get_thing_model_tsl},
    {"GetThingScript", get_thing_script},
    {"ImportThingModelTsl", import_thing_model_tsl},
    {"ListDeviceDistributeJob", list_device_distribute_job, ActionRegion::shanghai, 5},
    {"ListDistributedDevice", list_distributed_device, ActionRegion::shanghai, 5},
    {"ListDistributedProduct", list_distributed_product, ActionRegion::shanghai, 5},
    {"Pub", pub},
    {"QueryBatchRegisterDeviceStatus", query_batch_register_device_status},
    {"QueryDevice", query_device},
    {"QueryDeviceDetail", query_device_detail},
    {"QueryDeviceDistributeDetail", query_device_distribute_detail, ActionRegion::shanghai, 5},
    {"QueryDeviceDistributeJob", query_device_distribute_job, ActionRegion::shanghai, 10},
    {"QueryDeviceInfo", query_device_info},
    {"QueryDevicePropertyStatus", query_device_property_status},
    {"QueryDeviceProvisioning", query_device_provisioning, ActionRegion::shanghai, 50},
    {"QueryDeviceStatistics", query_device_statistics},
    {"QueryPageByApplyId", query_page_by_apply_id},
    {"QueryProduct", query_product},
    {"QueryProductList", query_product_list},
    {"QueryProductTopic", query_product_topic},
    {"RRpc", r_rpc},
    {"RegisterDevice", register_device},
    {"ResetThing", reset_thing},
    {"SetDeviceProperty", set_device_property},
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
