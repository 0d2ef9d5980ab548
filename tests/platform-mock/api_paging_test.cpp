// Every list that is told page by page: the page that was asked for, how many there are, and how many pages that makes.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "api_firmware_world.hpp"

#include "platform-mock/core/things/thing_data.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {
namespace {

struct PagedList {
  std::string action;
  CallParameters parameters;
  std::string items;
  int total;
  std::string number = "CurrentPage";  // how the page's number is called in the answer
  std::string prefix = {};             // where it stands, with the totals
  std::string asked = "CurrentPage";   // how it is called in the call
};

/// Three or four of everything that is listed.
struct PagingWorld : FirmwareWorld {
  PagingWorld() {
    const std::vector<std::string> names = {"dev1", "dev2", "dev3"};
    groups.resize(3);
    for (std::size_t i = 0; i < groups.size(); ++i) {
      groups[i] = call("CreateDeviceGroup", {{"GroupName", "hall_" + std::to_string(i)}}).text("Data.GroupId");
      call("SetDeviceGroupTags", {{"GroupId", groups[i]}, {"TagString", R"([{"tagKey":"floor","tagValue":"1"}])"}});
      call("SaveDeviceProp", {{"ProductKey", key}, {"DeviceName", names[i]}, {"Props", R"({"room":"hall"})"}});
      call("BatchAddDeviceGroupRelations", {{"GroupId", groups[0]}, {"Device.1.ProductKey", key}, {"Device.1.DeviceName", names[i]}});
      firmwares.push_back(make(std::to_string(i + 1)));
    }
    for (int i = 0; i < 3; ++i)
      jobs.push_back(call("CreateOTAStaticUpgradeJob", joined(job(firmwares[0], names), {{"OverwriteMode", "2"}})).text("Data.JobId"));
    applied = call("BatchRegisterDevice", {{"ProductKey", make_product({})}, {"Count", "3"}}).text("Data.ApplyId");
    fill_first_device(names);
  }

  void fill_first_device(const std::vector<std::string>& names) {
    Registry& registry = platform.registry();
    const DeviceIndex device = *registry.find_device(key, "dev1");
    things::ThingDetails& details = platform.things().data(device, registry.device(device).listed_at()).details();
    const std::vector<std::uint8_t> bytes = {1, 2, 3};
    const things::ThingLimits& limits = platform.things().limits();
    gateways = call("CreateProduct", {{"ProductName", "gateways"}, {"NodeType", "1"}}).text("ProductKey");
    call("RegisterDevice", {{"ProductKey", gateways}, {"DeviceName", "gate1"}});
    for (const std::string& name : names) {
      EXPECT_TRUE(details.add_file(name + ".txt", bytes, 5, limits));
      EXPECT_TRUE(details.set_version("module_" + name, "1.0", 5, limits));
      platform.things().topology().add(*registry.find_device(gateways, "gate1"), *registry.find_device(key, name), 1500);
    }
  }

  std::vector<PagedList> lists() const {
    const CallParameters product = {{"ProductKey", key}};
    const CallParameters device = {{"ProductKey", key}, {"DeviceName", "dev1"}};
    return {
        {"QueryDevice", product, "Data.DeviceInfo", 4, "Page"},
        {"QueryDeviceByStatus", joined(product, {{"Status", "0"}}), "Data.SimpleDeviceInfo", 4, "Page"},
        {"QueryDeviceByTags", {{"Tag.1.TagKey", "room"}}, "Data.SimpleDeviceInfo", 3, "Page"},
        {"QueryDeviceListByDeviceGroup", {{"GroupId", groups[0]}}, "Data.SimpleDeviceInfo", 3, "Page"},
        {"QueryPageByApplyId", {{"ApplyId", applied}}, "ApplyDeviceList.ApplyDeviceInfo", 3, "Page"},
        {"QueryProductList", {}, "Data.List.ProductInfo", 4, "CurrentPage", "Data."},
        {"QueryDeviceGroupList", {}, "Data.GroupInfo", 3},
        {"QueryDeviceGroupByTags", {{"Tag.1.TagKey", "floor"}}, "Data.DeviceGroup", 3, "Page"},
        {"QueryDeviceFileList", device, "Data.FileSummary", 3},
        {"ListOTAFirmware", product, "FirmwareInfo.SimpleFirmwareInfo", 3},
        {"ListOTAJobByFirmware", {{"FirmwareId", firmwares[0]}}, "Data.SimpleOTAJobInfo", 3},
        {"ListOTAJobByDevice", joined(device, {{"FirmwareId", firmwares[0]}}), "Data.SimpleOTAJobInfo", 3},
        {"ListOTATaskByJob", {{"JobId", jobs[0]}}, "Data.SimpleOTATaskInfo", 3},
        {"ListOTAModuleVersionsByDevice", device, "Data.SimpleOTAModuleInfo", 3},
        {"GetThingTopo", {{"ProductKey", gateways}, {"DeviceName", "gate1"}}, "Data.List.deviceInfo", 3, "CurrentPage", "Data.", "PageNo"},
    };
  }

  std::vector<std::string> groups;
  std::vector<std::string> firmwares;
  std::vector<std::string> jobs;
  std::string applied;
  std::string gateways;
};

TEST(ApiPaging, EveryListSaysWhichPageOfHowManyItIs) {
  PagingWorld world;
  for (const PagedList& list : world.lists()) {
    const auto page = [&](const std::string& number, const std::string& size) {
      const Answer answer = world.call(list.action, joined(list.parameters, {{list.asked, number}, {"PageSize", size}}));
      EXPECT_TRUE(answer.ok()) << list.action << answer.body;
      return answer;
    };
    const Answer first = page("1", "2");
    const Answer second = page("2", "2");
    EXPECT_EQ(second.text(list.prefix + "Total"), std::to_string(list.total)) << list.action;
    EXPECT_EQ(second.text(list.prefix + "PageCount"), "2") << list.action;
    EXPECT_EQ(second.text(list.prefix + "PageSize"), "2") << list.action;
    EXPECT_EQ(second.text(list.prefix + list.number), "2") << list.action;
    EXPECT_EQ(first.text(list.prefix + list.number), "1") << list.action;
    EXPECT_EQ(first.count(list.items), 2) << list.action;
    EXPECT_EQ(second.count(list.items), list.total - 2) << list.action;
    const Answer whole = page("1", "4");
    EXPECT_EQ(whole.text(list.prefix + "PageCount"), "1") << list.action;
    for (int i = 0; i < list.total; ++i)
      EXPECT_EQ(whole.text(list.items + "." + std::to_string(i)), (i < 2 ? first : second).text(list.items + "." + std::to_string(i % 2)))
          << list.action << ": the pages are the whole list in its order";
    EXPECT_EQ(page("3", "2").count(list.items), 0) << list.action;
  }
}

}  // namespace
}  // namespace fleetsim::platform
