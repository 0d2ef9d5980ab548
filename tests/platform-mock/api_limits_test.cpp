// Limits of what the management API makes, as settings: a smaller figure is obeyed, told in the refusal, and counted under its name.
#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "api_firmware_world.hpp"

#include "platform-mock/core/distribution_faults.hpp"

namespace fleetsim::platform {
namespace {

/// One call on the way to a limit; "{key}" stands for the product's key, "{group}" for the first group's id.
struct LimitedCall {
  std::string action;
  CallParameters parameters;
};

/// The last of the calls is one too many, and no other.
struct ApiLimit {
  std::uint32_t Limits::*figure;
  std::uint32_t most;
  std::vector<LimitedCall> calls;
  std::string code;
  LimitKind limit;
  LimitsMode lifted_by = LimitsMode::documented;  // unlimited: then the last call does well
};

std::vector<ApiLimit> api_limits() {
  const auto group = [](const std::string& name, const std::string& super = "") {
    return LimitedCall{"CreateDeviceGroup", {{"GroupName", name}, {"SuperGroupId", super}}};
  };
  const auto join = [](const std::string& device) {
    return LimitedCall{"BatchAddDeviceGroupRelations",
                       {{"GroupId", "{group}"}, {"Device.1.ProductKey", "{key}"}, {"Device.1.DeviceName", device}}};
  };
  const auto topic = [](const std::string& name) {
    return LimitedCall{"CreateProductTopic", {{"ProductKey", "{key}"}, {"TopicShortName", name}, {"Operation", "ALL"}}};
  };
  const auto tags = [](const std::string& props) {
    return LimitedCall{"SaveDeviceProp", {{"ProductKey", "{key}"}, {"DeviceName", "dev1"}, {"Props", props}}};
  };
  const LimitedCall names{"BatchCheckDeviceNames", {{"ProductKey", "{key}"}, {"DeviceName.1", "new1"}, {"DeviceName.2", "new2"}}};
  const LimitedCall batch{"BatchRegisterDevice", {{"ProductKey", "{key}"}, {"Count", "2"}}};
  const LimitedCall tsl{"ImportThingModelTsl", {{"ProductKey", "{key}"}, {"TslStr", R"({"a":1})"}}};
  const LimitedCall script{"CreateThingScript", {{"ProductKey", "{key}"}, {"ScriptContent", "abcdef"}, {"ScriptType", "JavaScript"}}};
  const LimitedCall permit{"GenerateOTAUploadURL", {}};
  const std::string too_many_devices = "iot.device.DeviceCountExceeded";
  const std::string malformed = "iot.check.InvalidFormattedParameter";
  return {
      {&Limits::device_groups_per_place, 1, {group("hall"), group("yard")}, "iot.group.GroupCountExceeded", LimitKind::device_groups},
      {&Limits::groups_per_group,
       1,
       {group("hall"), group("room", "{group}"), group("attic", "{group}")},
       "iot.group.GroupCountExceeded",
       LimitKind::device_groups},
      {&Limits::device_group_levels,
       1,
       {group("hall"), group("room", "{group}")},
       "iot.group.GroupLevelExceeded",
       LimitKind::device_groups},
      {&Limits::devices_per_group,
       1,
       {group("hall"), join("dev1"), join("dev2")},
       too_many_devices,
       LimitKind::devices_per_group,
       LimitsMode::unlimited},
      {&Limits::topic_categories_per_product,
       1,
       {topic("news"), topic("orders")},
       "iot.system.IllegalRequest",
       LimitKind::topic_categories_per_product,
       LimitsMode::unlimited},
      {&Limits::tags_per_device,
       1,
       {tags(R"({"a":"1"})"), tags(R"({"b":"1"})")},
       "iot.device.TooManyDevicePropertiesPerTime",
       LimitKind::tags_per_device},
      {&Limits::devices_per_registration, 1, {names}, too_many_devices, LimitKind::devices_per_registration},
      {&Limits::devices_per_registration, 1, {batch}, too_many_devices, LimitKind::devices_per_registration},
      {&Limits::model_bytes, 5, {tsl}, malformed, LimitKind::model_bytes},
      {&Limits::model_bytes, 5, {script}, malformed, LimitKind::model_bytes},
      {&Limits::upload_permits, 1, {permit, permit}, "iot.system.SystemException", LimitKind::upload_permits},
  };
}

Answer call_limited(ApiWorld& world, const std::string& key, std::string& group, const LimitedCall& one) {
  CallParameters parameters;
  for (const auto& [name, value] : one.parameters) {
    const std::string& filled = value == "{key}" ? key : value == "{group}" ? group : value;
    if (!filled.empty()) parameters[name] = filled;
  }
  const Answer answer = world.call(one.action, parameters);
  if (group.empty()) group = answer.text("Data.GroupId");
  return answer;
}

TEST(ApiLimitSettings, AreObeyedAndToldWithTheirFigure) {
  for (const LimitsMode mode : {LimitsMode::documented, LimitsMode::unlimited}) {
    for (const ApiLimit& one : api_limits()) {
      PlatformConfig config = api_config();
      config.limits.mode = mode;
      config.limits.*one.figure = one.most;
      ApiWorld world(config);
      const std::string key = world.make_product({"dev1", "dev2"});
      std::string group;
      for (std::size_t i = 0; i + 1 < one.calls.size(); ++i) {
        const Answer before = call_limited(world, key, group, one.calls[i]);
        EXPECT_TRUE(before.ok()) << one.calls[i].action << before.body;
      }
      const Answer last = call_limited(world, key, group, one.calls.back());
      if (mode == LimitsMode::unlimited && one.lifted_by == LimitsMode::unlimited) {
        EXPECT_TRUE(last.ok()) << one.calls.back().action << last.body;
        continue;
      }
      EXPECT_EQ(last.code(), one.code) << one.calls.back().action << last.body;
      EXPECT_EQ(world.platform.limits_reached().of(one.limit), 1U) << one.calls.back().action;
      const bool tells_figure = one.limit != LimitKind::upload_permits;
      EXPECT_EQ(last.text("ErrorMessage").find(std::to_string(one.most)) != std::string::npos, tells_figure) << last.body;
    }
  }
}

TEST(ApiLimitSettings, OfADevicesGroupsIsObeyed) {
  PlatformConfig config = api_config();
  config.limits.groups_per_device = 1;
  ApiWorld world(config);
  const std::string key = world.make_product({"dev1"});
  std::vector<std::string> full;
  for (const char* name : {"hall", "yard"}) {
    const std::string group = world.call("CreateDeviceGroup", {{"GroupName", name}}).text("Data.GroupId");
    const Answer joined =
        world.call("BatchAddDeviceGroupRelations", {{"GroupId", group}, {"Device.1.ProductKey", key}, {"Device.1.DeviceName", "dev1"}});
    full.push_back(joined.text("ExceedTenGroupDeviceCount"));
  }
  EXPECT_EQ(full, (std::vector<std::string>{"0", "1"}));
}

TEST(ApiLimitSettings, OfAGroupsTagsIsObeyed) {
  PlatformConfig config = api_config();
  config.limits.tags_per_device = 1;
  ApiWorld world(config);
  const std::string group = world.call("CreateDeviceGroup", {{"GroupName", "hall"}}).text("Data.GroupId");
  const auto tag = [&](const std::string& tags) { return world.call("SetDeviceGroupTags", {{"GroupId", group}, {"TagString", tags}}); };
  EXPECT_TRUE(tag(R"([{"tagKey":"a","tagValue":"1"}])").ok());
  const Answer refused = tag(R"([{"tagKey":"a","tagValue":"1"},{"tagKey":"b","tagValue":"1"}])");
  EXPECT_NE(refused.text("ErrorMessage").find("at most 1 {"), std::string::npos) << refused.body;
  EXPECT_EQ(world.platform.limits_reached().of(LimitKind::tags_per_device), 1U);
}

TEST(ApiLimitSettings, OfApplicationsForgetsTheOldest) {
  PlatformConfig config = api_config();
  config.limits.api_applications = 1;
  ApiWorld world(config);
  const std::string key = world.make_product({"dev1"});
  const auto apply = [&](const std::string& name) {
    return world.call("BatchCheckDeviceNames", {{"ProductKey", key}, {"DeviceName.1", name}}).text("Data.ApplyId");
  };
  const auto use = [&](const std::string& id) {
    return world.call("BatchRegisterDeviceWithApplyId", {{"ProductKey", key}, {"ApplyId", id}}).code();
  };
  const std::string first = apply("new1");
  const std::string second = apply("new2");
  EXPECT_EQ(use(first), "iot.device.NotExistedApplyId");
  EXPECT_EQ(use(second), "?") << "it went well";
  EXPECT_EQ(world.platform.limits_reached().of(LimitKind::api_applications), 1U);
}

TEST(ApiLimitSettings, OfParametersIsObeyed) {
  PlatformConfig config = api_config();
  config.limits.api_parameters = 100;
  ApiWorld world(config);
  CallParameters many;
  for (int i = 0; i < 80; ++i) many["More." + std::to_string(i)] = "x";
  EXPECT_TRUE(world.call("QueryProductList", joined(many, {{"CurrentPage", "1"}, {"PageSize", "1"}})).ok());
  for (int i = 80; i < 100; ++i) many["More." + std::to_string(i)] = "x";
  const Answer refused = world.call("QueryProductList", many);
  EXPECT_EQ(refused.code(), "InvalidParameter");
  EXPECT_NE(refused.text("Message").find("more than 100 parameters"), std::string::npos) << refused.body;
  EXPECT_EQ(world.platform.limits_reached().of(LimitKind::api_parameters), 1U);
}

TEST(ApiLimitSettings, OfRrpcsIsObeyed) {
  PlatformConfig config = api_config();
  config.limits.rrpc_timeout = std::chrono::seconds{2};
  ApiWorld world(config);
  CallParameters call = {{"ProductKey", world.make_product({"dev1"})}, {"DeviceName", "dev1"}, {"RequestBase64Byte", "aGVsbG8="}};
  call["Timeout"] = "2001";
  EXPECT_EQ(world.call("RRpc", call).code(), "iot.check.InvalidFormattedParameter");
  call["Timeout"] = "2000";
  EXPECT_EQ(world.call("RRpc", call).text("RrpcCode"), "OFFLINE");
}

TEST(ApiLimitSettings, OfFirmwareAndUpgradesAreObeyed) {
  PlatformConfig config = api_config();
  config.limits.firmwares = 2;
  config.limits.firmware_bytes = 100;
  config.limits.upgrade_jobs = 2;
  config.limits.devices_per_upgrade = 2;
  config.limits.devices_per_verify = 1;
  FirmwareWorld world(config);
  const auto create = [&](const std::string& version, const std::string& file) {
    return world.call("CreateOTAFirmware", world.firmware(version, world.upload(file)));
  };
  const Answer large = create("1", std::string(101, 'x'));
  EXPECT_EQ(large.code(), "iot.check.InvalidFormattedParameter");
  EXPECT_NE(large.text("ErrorMessage").find("100 bytes"), std::string::npos) << large.body;
  const std::string id = create("2", std::string(100, 'x')).text("Data.FirmwareId");
  EXPECT_TRUE(create("3", "x").ok());
  EXPECT_EQ(create("4", "x").code(), "iot.ota.TooManyFirmwares");
  const auto upgrade = [&](const std::string& action, const std::vector<std::string>& devices) {
    return world.call(action, world.job(id, devices)).code();
  };
  EXPECT_EQ(upgrade("CreateOTAVerifyJob", {"dev1", "dev2"}), "iot.device.DeviceCountExceeded");
  EXPECT_EQ(upgrade("CreateOTAStaticUpgradeJob", {"dev1", "dev2", "dev3"}), "iot.device.DeviceCountExceeded");
  EXPECT_EQ(upgrade("CreateOTAStaticUpgradeJob", {"dev1", "dev2"}), "?");
  EXPECT_EQ(upgrade("CreateOTAVerifyJob", {"dev3"}), "?");
  EXPECT_EQ(upgrade("CreateOTAStaticUpgradeJob", {"dev4"}), "iot.ota.TooManyJobs");
  const LimitCounts& limits = world.platform.limits_reached();
  for (const LimitKind limit : {LimitKind::firmware_bytes, LimitKind::firmwares, LimitKind::upgrade_jobs})
    EXPECT_EQ(limits.of(limit), 1U) << limit_names[static_cast<std::size_t>(limit)];
  EXPECT_EQ(limits.of(LimitKind::devices_per_upgrade), 2U);
}

TEST(ApiLimitSettings, OfUpgradesAreLiftedWithTheOthers) {
  PlatformConfig config = api_config();
  config.limits.mode = LimitsMode::unlimited;
  config.limits.devices_per_upgrade = config.limits.devices_per_verify = 1;
  FirmwareWorld world(config);
  const std::string id = world.make("2.0.0");
  EXPECT_TRUE(world.call("CreateOTAStaticUpgradeJob", world.job(id, {"dev1", "dev2"})).ok());
  EXPECT_TRUE(world.call("CreateOTAVerifyJob", world.job(id, {"dev3", "dev4"})).ok());
}

TEST(ApiLimitSettings, OfTheConsoleAreObeyed) {
  PlatformConfig config = api_config();
  config.limits.job_faults = 1;
  config.limits.firmware_grants = 1;
  ApiWorld world(config);
  EXPECT_TRUE(world.platform.job_faults().add(JobFault::jitter, 1));
  EXPECT_FALSE(world.platform.job_faults().add(JobFault::jitter, 2));
  FirmwareGrants& grants = world.platform.distribution().firmware_grants();
  EXPECT_TRUE(grants.hand_over({0}, {1}, "one"));
  EXPECT_FALSE(grants.hand_over({0}, {1}, "two"));
  grants.restore({0}, {1}, "kept before");
  EXPECT_TRUE(grants.has({0}, {1}, "kept before")) << "a lower limit takes nothing away";
}

}  // namespace
}  // namespace fleetsim::platform
