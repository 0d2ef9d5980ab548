// World external's orders against a scripted platform: three devices of one product, a step that sends them elsewhere, and a platform where
// all goes well but for what a test answers instead.
//
//   ScriptedManagement api(answers(instead_of("CreateDeviceDistributeJob", "<html>")));
//   const auto platform = platform_at(api.port());
//   EXPECT_THAT(hand_over(*platform).refused, HasSubstr("no JSON object"));
#pragma once

#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>

#include "sim/live/managed_platform.hpp"
#include "tests/sim/controller/scripted_management.hpp"

namespace fleetsim::sim::test {

class ManagedPlatformTest : public ::testing::Test {
 protected:
  ManagedPlatformTest() {
    std::vector<DeviceRow> rows;
    for (std::uint32_t i = 0; i < 3; ++i) {
      rows.push_back({"a1TestPK001", "meter-" + std::to_string(i), "secret"});
      roster_.devices.push_back({.index = i, .address = {}, .position = i});
    }
    roster_.groups.push_back({0, 3, 3});
    roster_.triples.assign(
        2, {.product_key = "a1TestPK001", .device_prefix = {}, .listed = std::make_shared<const std::vector<DeviceRow>>(std::move(rows))});
    step_.name = "there";
    step_.source = "iotx-oxssharez200";
    step_.targets = {"iotx-oxssharez400"};
  }

  std::unique_ptr<ManagedPlatform> platform_at(std::uint16_t port) {
    endpoint_.host = "127.0.0.1";
    endpoint_.port = port;
    endpoint_.access_key_id = "testid";
    endpoint_.access_key_secret = "testsecret";
    endpoint_.target_uid = "198000";
    auto made = ManagedPlatform::make(endpoint_, IpAddress::from_v4(0x7f000001), {}, 1, roster_);
    EXPECT_TRUE(made);
    return std::move(*made);
  }

  HandoverOutcome hand_over(ManagedPlatform& platform) {
    return platform.hand_over(roster_.groups[0], {0, 3}, step_, 0, [this](Duration) { return ++looks_ < looks_max_; });
  }

  /// A platform where everything goes well, but for what `wrong` answers instead ("" leaves the usual answer).
  static std::function<std::string(const Form&)> answers(std::function<std::string(const Form&)> wrong = {}) {
    return [wrong = std::move(wrong)](const Form& form) -> std::string {
      if (wrong) {
        if (std::string instead = wrong(form); !instead.empty()) return instead;
      }
      if (form.count("GET") == 1)
        return "DeviceName,Code,Message\r\nmeter-0,200,\r\nmeter-1,200,\r\nmeter-2,6100,there is no such device\r\n";
      const std::string& action = form.at("Action");
      if (action == "CreateDeviceDistributeJob") return R"({"Success":true,"JobId":"J1"})";
      if (action == "QueryDeviceDistributeJob") return R"({"Success":true,"Data":{"JobId":"J1","Status":2}})";
      return R"({"Success":true,"File":"http://elsewhere.example/files/record?token=x"})";
    };
  }

  static std::function<std::string(const Form&)> instead_of(std::string action, std::string answer) {
    return [action = std::move(action), answer = std::move(answer)](const Form& form) {
      const auto named = form.find("Action");
      return named != form.end() && named->second == action ? answer : std::string{};
    };
  }

  ManagementEndpoint endpoint_;
  Roster roster_;
  DistributeStep step_;
  int looks_ = 0;
  int looks_max_ = 100;
};

}  // namespace fleetsim::sim::test
