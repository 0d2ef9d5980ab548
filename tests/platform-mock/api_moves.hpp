// How tests of the management API distribute devices: inside the account by the API, to the other account by the console.
//
//   const std::string job = distribute(world, key, {"dev1"}, shanghai, {singapore});
//   give_away(world, key, "dev2");                       // account 198000 at Shanghai to 198001 at Singapore
#pragma once

#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "api_world.hpp"
#include "placement_world.hpp"

namespace fleetsim::platform {

/// One target: policy region; several: nearest access.
inline CallParameters distribution_call(const std::string& key, const std::vector<std::string>& devices, std::string_view source,
                                        const std::vector<std::string_view>& targets) {
  CallParameters job = {{"ProductKey", key},
                        {"SourceInstanceId", std::string{source}},
                        {"Strategy", targets.size() == 1 ? "0" : "1"},
                        {"TargetUid", "198000"}};
  for (std::size_t i = 0; i < devices.size(); ++i) job["DeviceName." + std::to_string(i + 1)] = devices[i];
  for (std::size_t i = 0; i < targets.size(); ++i)
    job["TargetInstanceConfig." + std::to_string(i + 1) + ".TargetInstanceId"] = std::string{targets[i]};
  return job;
}

/// The job's id.
inline std::string distribute(ApiWorld& world, const std::string& key, const std::vector<std::string>& devices, std::string_view source,
                              const std::vector<std::string_view>& targets) {
  world.now += std::chrono::seconds{1};  // two a second are allowed
  const Answer created = world.call("CreateDeviceDistributeJob", distribution_call(key, devices, source, targets));
  EXPECT_TRUE(created.ok()) << created.body;
  return created.text("JobId");
}

/// One request to the console's operations, as an account.
inline Answer console_post(ApiWorld& world, const std::string& account, const std::string& path, const std::string& body,
                           const std::string& type = "application/json") {
  return world.send("POST /console/api" + path + " HTTP/1.1\r\nHost: x\r\nX-Fleetsim-Account: " + account + "\r\nContent-Type: " + type +
                    "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}
inline Answer console_get(ApiWorld& world, const std::string& account, const std::string& path) {
  return world.send("GET /console/api" + path + " HTTP/1.1\r\nHost: x\r\nX-Fleetsim-Account: " + account + "\r\n\r\n");
}

/// As the recipient, account 198001, reads it.
inline std::string code_sent(ApiWorld& world) {
  EXPECT_EQ(console_post(world, "198000", "/verification-codes", R"({"target_account":"198001"})").status, 201);
  const Answer inbox = console_get(world, "198001", "/inbox");
  return inbox.text("messages." + std::to_string(inbox.count("messages") - 1) + ".verification_code");
}

inline std::string cross_account_job(const std::string& code, const std::string& key = std::string{test_product},
                                     const std::string& device = "dev1") {
  return R"({"method":"cross_account","target_account":"198001","verification_code":")" + code + R"(","product":")" + key +
         R"(","source":{"instance":"iotx-oxssharez200"},"targets":[{"region":"ap-southeast-1"}],"devices":[")" + device + R"("]})";
}

inline void give_away(ApiWorld& world, const std::string& key, const std::string& device) {
  const Answer created = console_post(world, "198000", "/jobs", cross_account_job(code_sent(world), key, device));
  EXPECT_EQ(created.status, 201) << created.body;
}

}  // namespace fleetsim::platform
