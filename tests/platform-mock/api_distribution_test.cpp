// The distribution actions: what they take, what they answer, and what they refuse.
#include <gtest/gtest.h>
#include <string>

#include "api_device.hpp"
#include "api_moves.hpp"
#include "api_world.hpp"
#include "placement_world.hpp"

namespace fleetsim::platform {
namespace {

using std::chrono::seconds;

CallParameters job_of(const std::string& target, int devices = 2) {
  CallParameters job = {{"ProductKey", std::string{test_product}},
                        {"SourceInstanceId", std::string{shanghai}},
                        {"Strategy", "0"},
                        {"TargetUid", "198000"},
                        {"TargetInstanceConfig.1.TargetInstanceId", target}};
  for (int i = 1; i <= devices; ++i) job["DeviceName." + std::to_string(i)] = "dev" + std::to_string(i);
  return job;
}

std::string create(ApiWorld& world, const CallParameters& parameters) {
  world.now += seconds{1};  // two a second are allowed
  const Answer created = world.call("CreateDeviceDistributeJob", parameters);
  EXPECT_TRUE(created.ok()) << created.body;
  return created.text("JobId");
}

TEST(ApiDistribution, AJobIsCreatedAndTold) {
  ApiWorld world;
  const std::string id = create(world, job_of(std::string{singapore}));
  world.pass(seconds{5});
  const Answer told = world.call("QueryDeviceDistributeJob", {{"JobId", id}});
  ASSERT_TRUE(told.ok()) << told.body;
  EXPECT_EQ(told.text("Data.JobId"), id);
  EXPECT_EQ(told.text("Data.ProductKey"), test_product);
  EXPECT_EQ(told.text("Data.SourceInstanceId"), shanghai);
  EXPECT_EQ(told.text("Data.SourceUid"), "198000");
  EXPECT_EQ(told.text("Data.TargetUid"), "198000");
  EXPECT_EQ(told.text("Data.Status"), "2");
  EXPECT_EQ(told.text("Data.Strategy"), "0");
  EXPECT_EQ(told.text("Data.Total"), "2");
  EXPECT_EQ(told.text("Data.GmtCreate"), "1795388101000");
  EXPECT_EQ(told.text("Data.TargetInstanceConfigs.targetInstanceConfigs"), R"([{"TargetInstanceId":"iotx-oxssharez400"}])");
  EXPECT_EQ(world.platform.distribution().devices_in_handover(), 2U);
}

TEST(ApiDistribution, NearestAccessTakesSeveralTargets) {
  ApiWorld world;
  CallParameters job = job_of(std::string{singapore});
  job["Strategy"] = "1";
  job["TargetInstanceConfig.2.TargetInstanceId"] = std::string{frankfurt};
  const std::string id = create(world, job);
  const Answer told = world.call("QueryDeviceDistributeJob", {{"JobId", id}});
  EXPECT_EQ(told.text("Data.Strategy"), "1");
  EXPECT_EQ(told.count("Data.TargetInstanceConfigs.targetInstanceConfigs"), 2);
}

TEST(ApiDistribution, RefusedJobsChangeNothing) {
  PlatformConfig config = api_config();
  config.limits.mode = LimitsMode::unlimited;
  ApiWorld world(config);
  const std::string before = world.everything();
  const auto code = [&](const std::string& name, const std::string& value) {
    CallParameters job = job_of(std::string{singapore});
    job[name] = value;
    const std::string refusal = world.call("CreateDeviceDistributeJob", job).code();
    EXPECT_EQ(world.everything(), before) << name << "=" << value;
    return refusal;
  };
  EXPECT_EQ(code("TargetUid", "198001"), "iot.common.AuthActionPermissionDeny") << "between accounts the console distributes";
  EXPECT_EQ(code("TargetUid", "7"), "iot.system.UidNotFound");
  EXPECT_EQ(code("TargetUid", ""), "MissingParameter");
  EXPECT_EQ(code("ProductKey", "a1None"), "iot.prod.NotExistedProduct");
  EXPECT_EQ(code("SourceInstanceId", "iot-none"), "iot.system.InstanceNotFound");
  EXPECT_EQ(code("Strategy", "2"), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(code("Strategy", ""), "MissingParameter");
  EXPECT_EQ(code("TargetInstanceConfig.1.TargetInstanceId", std::string{shanghai}), "iot.system.InstanceIdSame");
  EXPECT_EQ(code("TargetInstanceConfig.1.TargetInstanceId", ""), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(code("TargetInstanceConfig.1.TargetInstanceId", std::string{other_enterprise}), "iot.common.AuthActionPermissionDeny");
  EXPECT_EQ(code("TargetInstanceConfig.2.TargetInstanceId", std::string{frankfurt}), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(world.call_as_other("CreateDeviceDistributeJob", job_of(std::string{singapore})).code(), "iot.common.AuthActionPermissionDeny");
  CallParameters nowhere = job_of(std::string{singapore});
  nowhere.erase("TargetInstanceConfig.1.TargetInstanceId");
  for (const CallParameters& incomplete : {job_of(std::string{singapore}, 0), nowhere})
    EXPECT_EQ(world.call("CreateDeviceDistributeJob", incomplete).code(), "MissingParameter");
  EXPECT_EQ(world.everything(), before);
}

TEST(ApiDistribution, TheOtherAccountOwnsNeitherProductNorJob) {
  ApiWorld world;
  CallParameters theirs = job_of(std::string{singapore});
  theirs["TargetUid"] = "198001";
  EXPECT_EQ(world.call_as_other("CreateDeviceDistributeJob", theirs).code(), "iot.prod.NotExistedProduct");
  const std::string id = create(world, job_of(std::string{singapore}));
  EXPECT_EQ(world.call_as_other("QueryDeviceDistributeJob", {{"JobId", id}}).code(), "iot.system.IllegalRequest");
  EXPECT_EQ(world.call_as_other("QueryDeviceDistributeDetail", {{"JobId", id}}).code(), "iot.system.IllegalRequest");
  EXPECT_EQ(world.call_as_other("DeleteDeviceDistributeJob", {{"JobId", id}}).code(), "iot.system.IllegalRequest");
  EXPECT_EQ(world.call_as_other("ListDeviceDistributeJob", {{"PageSize", "10"}}).text("Data.Total"), "0");
}

TEST(ApiDistribution, AForeignTargetIsASetting) {
  PlatformConfig config = api_config();
  config.api.foreign_target = ForeignTarget::allow;
  ApiWorld world(config);
  CallParameters job = job_of(std::string{other_enterprise});
  job["TargetUid"] = "198001";
  EXPECT_NE(world.call("CreateDeviceDistributeJob", job).code(), "iot.common.AuthActionPermissionDeny") << "only its code is missing";
  EXPECT_FALSE(world.call("CreateDeviceDistributeJob", job).ok());
  VerificationCodes& codes = world.platform.distribution().codes();
  const AccountIndex others = *world.platform.registry().find_account("198001");
  ASSERT_TRUE(codes.send(*world.platform.registry().find_account("198000"), others, world.now));
  job["Captcha"] = codes.inbox(others).back().code;
  EXPECT_EQ(world.call("QueryDeviceDistributeJob", {{"JobId", create(world, job)}}).text("Data.TargetUid"), "198001");
}

TEST(ApiDistribution, TheRecordIsAFileForTenMinutes) {
  ApiWorld world;
  CallParameters job = job_of(std::string{singapore});
  job["DeviceName.3"] = "ghost";
  const std::string id = create(world, job);
  world.pass(seconds{5});
  const std::string url = world.call("QueryDeviceDistributeDetail", {{"JobId", id}}).text("File");
  ASSERT_TRUE(url.starts_with("http://127.0.0.1:18080/files/job/")) << url;
  const std::string target = url.substr(url.find("/files/"));
  const Answer file = world.send("GET " + target + " HTTP/1.1\r\n\r\n");
  EXPECT_EQ(file.status, 200);
  EXPECT_NE(file.head.find("Content-Type: text/csv"), std::string::npos);
  EXPECT_NE(file.body.find("\r\ndev1,200,"), std::string::npos) << file.body;
  EXPECT_NE(file.body.find("\r\nghost,6100,"), std::string::npos) << "it fails alone";
  world.now += seconds{599};
  EXPECT_EQ(world.send("GET " + target + " HTTP/1.1\r\n\r\n").status, 200);
  world.now += seconds{1};
  EXPECT_EQ(world.send("GET " + target + " HTTP/1.1\r\n\r\n").status, 403);
}

TEST(ApiDistribution, JobsAreListedNewestFirstByPageAndToken) {
  ApiWorld world;
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    ids.insert(ids.begin(), create(world, job_of(std::string{i % 2 == 0 ? singapore : frankfurt}, 1)));
    world.pass(seconds{2});
  }
  const Answer page = world.call("ListDeviceDistributeJob", {{"PageSize", "2"}, {"CurrentPage", "2"}});
  EXPECT_EQ(page.text("Data.Total"), "5");
  EXPECT_EQ(page.text("Data.JobInfo.items.0.JobId"), ids[2]);
  EXPECT_EQ(page.text("Data.JobInfo.items.0.SourceRegion"), "cn-shanghai");
  EXPECT_EQ(page.text("Data.JobInfo.items.0.TargetInstanceConfigs.targetInstanceConfigs.0.TargetRegion"), "ap-southeast-1");
  std::vector<std::string> by_token;
  std::string token;
  while (by_token.size() < ids.size()) {
    CallParameters parameters = {{"PageSize", "2"}};
    if (!token.empty()) parameters["NextToken"] = token;
    world.now += seconds{1};
    const Answer answer = world.call("ListDeviceDistributeJob", parameters);
    for (int i = 0; i < answer.count("Data.JobInfo.items"); ++i)
      by_token.push_back(answer.text("Data.JobInfo.items." + std::to_string(i) + ".JobId"));
    token = answer.text("Data.NextToken");
    if (token == "?") break;
  }
  EXPECT_EQ(by_token, ids);
  world.now += seconds{1};
  EXPECT_EQ(world.call("ListDeviceDistributeJob", {{"PageSize", "10"}, {"JobId", ids[1]}}).text("Data.Total"), "1");
  EXPECT_EQ(world.call("ListDeviceDistributeJob", {{"PageSize", "10"}, {"Status", "3"}}).text("Data.Total"), "0");
  EXPECT_EQ(world.call("ListDeviceDistributeJob", {}).code(), "MissingParameter");
  EXPECT_EQ(world.call("ListDeviceDistributeJob", {{"PageSize", "201"}}).code(), "iot.common.InvalidPageParams");
  EXPECT_EQ(world.call("ListDeviceDistributeJob", {{"PageSize", "1"}, {"NextToken", "x"}}).code(), "iot.common.InvalidPageParams");
}

TEST(ApiDistribution, OnlyFinishedJobsAreDeleted) {
  PlatformConfig config = api_config();
  config.limits.job_batch_interval = seconds{10};
  config.limits.devices_per_batch = 1;
  ApiWorld world(config);
  const std::string id = create(world, job_of(std::string{singapore}));
  EXPECT_EQ(world.call("QueryDeviceDistributeJob", {{"JobId", id}}).text("Data.Status"), "1");
  EXPECT_FALSE(world.call("DeleteDeviceDistributeJob", {{"JobId", id}}).ok());
  world.pass(seconds{60});
  EXPECT_TRUE(world.call("DeleteDeviceDistributeJob", {{"JobId", id}}).ok());
  EXPECT_EQ(world.call("QueryDeviceDistributeJob", {{"JobId", id}}).code(), "iot.system.IllegalRequest");
}

TEST(ApiDistribution, DistributedDevicesAndProductsAreListed) {
  ApiWorld world;
  create(world, job_of(std::string{singapore}, 3));
  world.pass(seconds{5});
  const Answer devices = world.call("ListDistributedDevice", {{"CurrentPage", "1"}, {"PageSize", "2"}});
  EXPECT_EQ(devices.text("Data.Total"), "3");
  EXPECT_EQ(devices.count("Data.Info.items"), 2);
  EXPECT_EQ(devices.text("Data.Info.items.0.DeviceName"), "dev1");
  EXPECT_EQ(devices.text("Data.Info.items.0.SourceInstanceId"), shanghai);
  EXPECT_EQ(devices.text("Data.Info.items.0.SourceUid"), "198000");
  EXPECT_EQ(devices.text("Data.Info.items.0.TargetInstanceId"), singapore);
  EXPECT_EQ(devices.text("Data.Info.items.0.TargetRegion"), "ap-southeast-1");
  EXPECT_EQ(devices.text("Data.Info.items.0.TargetAliyunId"), "198000");
  EXPECT_EQ(world.call("ListDistributedDevice", {{"CurrentPage", "1"}, {"PageSize", "2"}, {"DeviceName", "dev2"}}).text("Data.Total"), "1");
  const Answer products = world.call("ListDistributedProduct", {{"CurrentPage", "1"}, {"PageSize", "10"}});
  EXPECT_EQ(products.text("Data.Total"), "1");
  EXPECT_EQ(products.text("Data.Info.items.0.ProductKey"), test_product);
  EXPECT_EQ(products.text("Data.Info.items.0.TargetInstanceId"), singapore);
  const Answer one = world.call("QueryDeviceProvisioning", {{"ProductKey", std::string{test_product}}, {"DeviceName", "dev1"}});
  EXPECT_EQ(one.code(), "success");
  EXPECT_EQ(one.text("Data.TargetRegion"), "ap-southeast-1");
}

/// Source, target, whose it is and when that job was made and last did something, as one text.
std::string provisioning(const Answer& told) {
  if (!told.ok()) return told.code();
  std::string text;
  for (const std::string name : {"SourceIotInstanceId", "SourceRegion", "TargetIotInstanceId", "TargetRegion", "AliyunUid"})
    text += told.text("Data." + name) + " ";
  return text + std::to_string(std::stoll(told.text("Data.GmtCreate")) - ApiWorld::unix_epoch_ms) + " " +
         std::to_string(std::stoll(told.text("Data.GmtModified")) - ApiWorld::unix_epoch_ms);
}

const CallParameters first_device = {{"ProductKey", std::string{test_product}}, {"DeviceName", "dev1"}};

TEST(ApiProvisioning, TellsTheLastJobAndWhoseTheDeviceIs) {
  ApiWorld world;
  const auto told = [&] { return world.call("QueryDeviceProvisioning", first_device); };
  create(world, job_of(std::string{singapore}));
  EXPECT_EQ(told().text("Data.ProductKey") + told().text("Data.DeviceName"), std::string{test_product} + "dev1");
  EXPECT_EQ(told().code(), "success");
  EXPECT_EQ(provisioning(told()), "iotx-oxssharez200 cn-shanghai iotx-oxssharez400 ap-southeast-1 198000 101000 101000");
  ApiDevice(world, singapore, test_product, "dev1");
  EXPECT_EQ(provisioning(told()), "iotx-oxssharez200 cn-shanghai iotx-oxssharez400 ap-southeast-1 198000 101000 101000");
  CallParameters onward = job_of(std::string{frankfurt});
  onward["SourceInstanceId"] = std::string{singapore};
  create(world, onward);
  EXPECT_EQ(provisioning(told()), "iotx-oxssharez400 ap-southeast-1 iotx-oxssharez700 eu-central-1 198000 102000 102000");
}

TEST(ApiProvisioning, OfADeviceThatNeverWasDistributedIsWhereItIsNow) {
  ApiWorld world;
  EXPECT_EQ(provisioning(world.call("QueryDeviceProvisioning", first_device)),
            "iotx-oxssharez200 cn-shanghai iotx-oxssharez200 cn-shanghai 198000 100000 100000");
  EXPECT_EQ(world.call("QueryDeviceProvisioning", joined(first_device, {{"DeviceName", "none"}})).code(), "iot.device.NotExistedDevice");
}

TEST(ApiProvisioning, OutlivesItsJob) {
  ApiWorld world;
  const auto told = [&] { return provisioning(world.call("QueryDeviceProvisioning", first_device)); };
  const auto listed = [&] {
    world.now += seconds{1};
    return world.call("ListDistributedDevice", {{"CurrentPage", "1"}, {"PageSize", "10"}});
  };
  const std::string id = create(world, job_of(std::string{singapore}));
  const std::string before = told();
  ASSERT_TRUE(world.call("DeleteDeviceDistributeJob", {{"JobId", id}}).ok());
  EXPECT_EQ(told(), before) << "on its way";
  EXPECT_EQ(listed().text("Data.Total"), "2");
  EXPECT_EQ(listed().text("Data.Info.items.0.TargetInstanceId"), singapore);
  ApiDevice(world, singapore, test_product, "dev1");
  EXPECT_EQ(told(), before) << "arrived";
  EXPECT_EQ(listed().text("Data.Total"), "2");
}

TEST(ApiProvisioning, NamesNoTargetWhileNearestAccessHasNotDecided) {
  ApiWorld world;
  const auto told = [&] { return provisioning(world.call("QueryDeviceProvisioning", first_device)); };
  CallParameters job = job_of(std::string{singapore});
  job["Strategy"] = "1";
  job["TargetInstanceConfig.2.TargetInstanceId"] = std::string{frankfurt};
  create(world, job);
  EXPECT_EQ(told(), "iotx-oxssharez200 cn-shanghai   198000 101000 101000");
  ApiDevice(world, frankfurt, test_product, "dev1");
  EXPECT_EQ(told(), "iotx-oxssharez200 cn-shanghai iotx-oxssharez700 eu-central-1 198000 101000 101000");
}

TEST(ApiProvisioning, IsToldToTheRecipientAndTheDistributorAndToNobodyElse) {
  ApiWorld world;
  const auto to_maker = [&] { return world.call("QueryDeviceProvisioning", first_device); };
  const auto to_other = [&] { return world.call_as_other("QueryDeviceProvisioning", first_device); };
  EXPECT_EQ(to_other().code(), "iot.device.NotExistedDevice");
  give_away(world, std::string{test_product}, "dev1");
  const std::string told = "iotx-oxssharez200 cn-shanghai iotx-oxssharez400 ap-southeast-1 198001 100000 100000";
  EXPECT_EQ(provisioning(to_other()), told) << "from the handover on";
  EXPECT_EQ(provisioning(to_maker()), told);
  ApiDevice(world, singapore, test_product, "dev1");
  EXPECT_EQ(provisioning(to_other()), told);
  EXPECT_EQ(world.call_as_other("QueryDeviceProvisioning", joined(first_device, {{"DeviceName", "dev2"}})).code(),
            "iot.device.NotExistedDevice")
      << "the maker's own";
}

TEST(ApiDistribution, AProductAloneCanBeDistributed) {
  ApiWorld world;
  const Answer created = world.call("CreateProductDistributeJob", {{"ProductKey", std::string{test_product}},
                                                                   {"SourceInstanceId", std::string{shanghai}},
                                                                   {"TargetInstanceId", std::string{frankfurt}},
                                                                   {"TargetUid", "198000"}});
  ASSERT_TRUE(created.ok()) << created.body;
  world.pass(seconds{5});
  EXPECT_EQ(world.platform.distribution().devices_in_handover(), 0U);
  const CallParameters there = {{"ProductKey", std::string{test_product}}, {"IotInstanceId", std::string{frankfurt}}};
  EXPECT_TRUE(world.call("QueryProduct", there).ok());
  EXPECT_EQ(world.call("UpdateProduct", there).code(), "iot.common.AuthActionPermissionDeny") << "a copy can only be looked at";
  EXPECT_EQ(world.call("RegisterDevice", there).code(), "iot.common.AuthActionPermissionDeny");
  EXPECT_EQ(world.call("DeleteProduct", there).code(), "iot.common.AuthActionPermissionDeny");
}

}  // namespace
}  // namespace fleetsim::platform
