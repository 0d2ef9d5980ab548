// World external's orders: what a signed request looks like, and what becomes of each answer a platform may give.
#include "sim/live/managed_platform.hpp"

#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "devicecore/ports/mbedtls_hmac.hpp"
#include "tests/sim/controller/managed_platform_world.hpp"

namespace fleetsim::sim {
namespace {

using test::Form;
using test::ManagedPlatformTest;
using test::ScriptedManagement;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Both vectors were recorded from the vendor's SDKs: secret testsecret, QueryDeviceDistributeJob, JobId J1.
TEST(ManagementSignature, IsTheOneTheVendorsSdksSend) {
  device::MbedtlsHmac hmac;
  ManagementParameters parameters{{"Action", "QueryDeviceDistributeJob"},
                                  {"Version", "2018-01-20"},
                                  {"Timestamp", "2026-11-22T22:54:40Z"},
                                  {"SignatureMethod", "HMAC-SHA1"},
                                  {"SignatureVersion", "1.0"},
                                  {"AccessKeyId", "testid"},
                                  {"JobId", "J1"},
                                  {"Format", "json"},
                                  {"SignatureNonce", "9c5e7737bae71e67ab72d3856aac3096"}};
  EXPECT_EQ(management_signature("POST", parameters, "testsecret", hmac.port()), "eHBRPwTPH/JK8TME5tPsw5cdHcw=");
  parameters["Format"] = "JSON";
  parameters["SignatureNonce"] = "a1df366eb803315fa1e827eea98ddec7";
  EXPECT_EQ(management_signature("GET", parameters, "testsecret", hmac.port()), "06UHS7wBFJkGIfM2qgIbJaHcThs=");
}

TEST(ManagementSignature, EncodesWhatRfc3986Reserves) { EXPECT_EQ(percent_encoded("a b*~/é"), "a%20b%2A~%2F%C3%A9"); }

TEST(ManagementSignature, WritesTimeAsTheApiWantsIt) {
  EXPECT_EQ(iso_8601(1795388080), "2026-11-22T22:54:40Z");
  EXPECT_EQ(iso_8601(951782400), "2000-02-29T00:00:00Z");
}

TEST_F(ManagedPlatformTest, CreatesTheJobWaitsForItsEndAndReadsItsRecord) {
  int polls = 0;
  ScriptedManagement api(answers([&](const Form& form) -> std::string {
    if (form.count("Action") == 0 || form.at("Action") != "QueryDeviceDistributeJob") return {};
    return ++polls < 3 ? R"({"Success":true,"Data":{"Status":1}})" : "";
  }));
  const auto platform = platform_at(api.port());
  const HandoverOutcome outcome = hand_over(*platform);
  EXPECT_EQ(outcome.refused, "");
  EXPECT_EQ(outcome.handed_over, 2u);
  EXPECT_EQ(outcome.failed, 1u);
  EXPECT_EQ(outcome.first_failure, "a1TestPK001/meter-2: 6100 there is no such device");
  EXPECT_EQ(looks_, 2);
  const Form create = api.asked().front();
  EXPECT_EQ(create.at("ProductKey"), "a1TestPK001");
  EXPECT_EQ(create.at("SourceInstanceId"), "iotx-oxssharez200");
  EXPECT_EQ(create.at("Strategy"), "0");
  EXPECT_EQ(create.at("TargetUid"), "198000");
  EXPECT_EQ(create.at("TargetInstanceConfig.1.TargetInstanceId"), "iotx-oxssharez400");
  EXPECT_EQ(create.at("DeviceName.1"), "meter-0");
  EXPECT_EQ(create.at("DeviceName.3"), "meter-2");
  EXPECT_EQ(create.count("DeviceName.4"), 0u);
  EXPECT_EQ(api.asked().back().at("GET"), "/files/record?token=x");
  ASSERT_EQ(platform->distribution().size(), 1u);
  EXPECT_THAT(platform->distribution()[0].jobs, ElementsAre("J1"));
  EXPECT_EQ(platform->distribution()[0].devices, 2u);
}

TEST_F(ManagedPlatformTest, SignsEachRequestAnewAndTheSignatureIsRight) {
  ScriptedManagement api(answers());
  const auto platform = platform_at(api.port());
  hand_over(*platform);
  device::MbedtlsHmac hmac;
  std::string last_nonce;
  for (const Form& form : api.asked()) {
    if (form.count("GET") == 1) continue;
    ManagementParameters rest;
    for (const auto& [name, value] : form)
      if (name != "Signature") rest.emplace(name, value);
    EXPECT_EQ(form.at("Signature"), management_signature("POST", rest, "testsecret", hmac.port()));
    EXPECT_NE(form.at("SignatureNonce"), last_nonce);
    last_nonce = form.at("SignatureNonce");
    for (const auto& [name, value] : form) EXPECT_THAT(value, Not(HasSubstr("testsecret"))) << name;
  }
}

TEST_F(ManagedPlatformTest, PassesTheBusinessErrorOnAndMovesNobody) {
  ScriptedManagement api(answers(
      instead_of("CreateDeviceDistributeJob", R"({"Success":false,"Code":"iot.system.InstanceIdSame","ErrorMessage":"both the same"})")));
  const auto platform = platform_at(api.port());
  const HandoverOutcome outcome = hand_over(*platform);
  EXPECT_EQ(outcome.refused, "CreateDeviceDistributeJob: iot.system.InstanceIdSame: both the same");
  EXPECT_EQ(outcome.handed_over, 0u);
}

TEST_F(ManagedPlatformTest, PassesTheGatewaysErrorOn) {
  const std::string body = R"({"Code":"SignatureDoesNotMatch","Message":"the signature is wrong"})";
  ScriptedManagement api(answers(instead_of(
      "CreateDeviceDistributeJob", "HTTP/1.1 400 Bad Request\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body)));
  const auto platform = platform_at(api.port());
  EXPECT_EQ(hand_over(*platform).refused, "CreateDeviceDistributeJob: SignatureDoesNotMatch: the signature is wrong");
}

TEST_F(ManagedPlatformTest, SaysWhichJobFailedAndWhatToDo) {
  ScriptedManagement api(answers(instead_of("QueryDeviceDistributeJob", R"({"Success":true,"Data":{"Status":3}})")));
  const auto platform = platform_at(api.port());
  EXPECT_EQ(hand_over(*platform).refused, "job J1 has failed (status 3): retry it at the platform's console");
}

TEST_F(ManagedPlatformTest, LeavesAJobThatIsNotDoneWhenTheRunEnds) {
  looks_max_ = 3;
  ScriptedManagement api(answers(instead_of("QueryDeviceDistributeJob", R"({"Success":true,"Data":{"Status":1}})")));
  const auto platform = platform_at(api.port());
  EXPECT_EQ(hand_over(*platform).refused, "job J1 was not done when the run ended");
}

TEST_F(ManagedPlatformTest, TellsWhatIsNoAnswer) {
  struct Case {
    const char* answer;
    const char* said;
  };
  for (const Case& wrong : {Case{"<html>", "HTTP 200 with a body that is no JSON object: <html>"}, Case{"[]", "no JSON object"},
                            Case{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", "closed before the answer was whole"},
                            Case{"HTTP/9 what", "the answer is not HTTP"}}) {
    ScriptedManagement api(answers(instead_of("CreateDeviceDistributeJob", wrong.answer)));
    const auto platform = platform_at(api.port());
    EXPECT_THAT(hand_over(*platform).refused, HasSubstr(wrong.said)) << wrong.answer;
  }
}

TEST_F(ManagedPlatformTest, TellsThatNobodyListens) {
  std::uint16_t port = 0;
  {
    ScriptedManagement api(answers());
    port = api.port();
  }
  const auto platform = platform_at(port);
  EXPECT_EQ(hand_over(*platform).refused, "CreateDeviceDistributeJob: 127.0.0.1:" + std::to_string(port) + ": Connection refused");
}

std::string throttled() {
  const std::string body = R"({"Code":"Throttling.User","Message":"Request was denied due to user flow control."})";
  return "HTTP/1.1 400 Bad Request\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST_F(ManagedPlatformTest, ACallThatIsThrottledIsMadeAgainAfterPausesThatGrow) {
  int tries = 0;
  ScriptedManagement api(answers([&](const Form& form) -> std::string {
    const auto action = form.find("Action");
    return action != form.end() && action->second == "CreateDeviceDistributeJob" && ++tries <= 3 ? throttled() : "";
  }));
  const auto platform = platform_at(api.port());
  std::vector<Duration> pauses;
  platform->set_pause([&](Duration duration) {
    if (duration > Duration{0}) pauses.push_back(duration);
    return true;
  });
  const HandoverOutcome outcome = hand_over(*platform);
  EXPECT_EQ(outcome.refused, "");
  EXPECT_EQ(outcome.handed_over, 2u);
  EXPECT_THAT(pauses, ElementsAre(std::chrono::milliseconds{250}, std::chrono::milliseconds{500}, std::chrono::seconds{1}));
  EXPECT_NE(api.asked()[0].at("SignatureNonce"), api.asked()[1].at("SignatureNonce"));
}

TEST_F(ManagedPlatformTest, ACallThatStaysThrottledIsGivenUpWithThePlatformsWord) {
  ScriptedManagement api(answers([](const Form&) { return throttled(); }));
  const auto platform = platform_at(api.port());
  Duration waited{0};
  platform->set_pause([&](Duration duration) {
    waited += duration;
    return true;
  });
  EXPECT_THAT(hand_over(*platform).refused, HasSubstr("CreateDeviceDistributeJob: Throttling.User: "));
  EXPECT_GE(waited, endpoint_.throttled_patience);
  EXPECT_LT(waited, endpoint_.throttled_patience + endpoint_.throttled_pause_max);
}

TEST_F(ManagedPlatformTest, HowLongAThrottledCallIsMadeAgainIsASetting) {
  ScriptedManagement api(answers([](const Form&) { return throttled(); }));
  endpoint_.throttled_pause = std::chrono::milliseconds{3};
  endpoint_.throttled_pause_max = std::chrono::milliseconds{5};
  endpoint_.throttled_patience = std::chrono::milliseconds{10};
  const auto platform = platform_at(api.port());
  std::vector<Duration> pauses;
  platform->set_pause([&](Duration duration) {
    if (duration > Duration{0}) pauses.push_back(duration);
    return true;
  });
  EXPECT_THAT(hand_over(*platform).refused, HasSubstr("Throttling.User"));
  using std::chrono::milliseconds;
  EXPECT_THAT(pauses, ElementsAre(milliseconds{3}, milliseconds{5}, milliseconds{5}));
}

TEST_F(ManagedPlatformTest, AnAnswerThatDoesNotComeInTimeIsACallThatFailed) {
  std::promise<void> released;
  const std::shared_future<void> release = released.get_future().share();
  ScriptedManagement api([release](const Form&) {
    release.wait();
    return std::string("{}");
  });
  endpoint_.call_timeout = std::chrono::milliseconds{30};
  const auto platform = platform_at(api.port());
  EXPECT_THAT(hand_over(*platform).refused,
              HasSubstr("CreateDeviceDistributeJob: 127.0.0.1:" + std::to_string(api.port()) + ": no answer in time"));
  released.set_value();
}

TEST_F(ManagedPlatformTest, AJobThatIsNotDoneInTimeIsGivenUp) {
  ScriptedManagement api(answers(instead_of("QueryDeviceDistributeJob", R"({"Success":true,"Data":{"Status":1}})")));
  endpoint_.job_timeout = std::chrono::seconds{7};
  endpoint_.look_interval_max = std::chrono::seconds{3};
  const auto platform = platform_at(api.port());
  EXPECT_EQ(hand_over(*platform).refused, "job J1 is not done after 8 s");  // 20 ms, doubled up to 3 s
}

TEST_F(ManagedPlatformTest, AFewLooksThatFailDoNotLoseAJobAndManyDo) {
  endpoint_.failed_looks_max = 3;
  for (const std::uint32_t failing : {3U, 4U}) {
    std::uint32_t looks = 0;
    ScriptedManagement api(answers([&](const Form& form) -> std::string {
      const auto action = form.find("Action");
      return action != form.end() && action->second == "QueryDeviceDistributeJob" && ++looks <= failing ? "<html>" : "";
    }));
    const auto platform = platform_at(api.port());
    const HandoverOutcome outcome = hand_over(*platform);
    if (failing == endpoint_.failed_looks_max) {
      EXPECT_EQ(outcome.handed_over, 2u) << outcome.refused;
    } else {
      EXPECT_THAT(outcome.refused, HasSubstr("no JSON object"));
    }
  }
}

TEST_F(ManagedPlatformTest, ARunThatIsStoppedDoesNotWaitForAnAnswer) {
  std::promise<void> released;
  const std::shared_future<void> release = released.get_future().share();
  ScriptedManagement api([release](const Form&) {
    release.wait();
    return std::string("{}");
  });
  const auto platform = platform_at(api.port());
  int questions = 0;
  platform->set_pause([&](Duration) { return ++questions < 5; });
  const auto began = std::chrono::steady_clock::now();
  EXPECT_THAT(hand_over(*platform).refused, HasSubstr("given up, for the run is over"));
  EXPECT_LT(std::chrono::steady_clock::now() - began, HttpQuestion{}.timeout / 2);
  released.set_value();
}

TEST_F(ManagedPlatformTest, CountsADeviceThatTwoJobsNamedTwice) {
  ScriptedManagement api(answers());
  const auto platform = platform_at(api.port());
  EXPECT_EQ(platform->asked(0, 3), 0u);
  hand_over(*platform);
  hand_over(*platform);
  EXPECT_EQ(platform->asked(0, 3), 6u);
  EXPECT_EQ(platform->asked(2, 1), 2u);
  EXPECT_EQ(platform->asked(3, 5), 0u);
}

}  // namespace
}  // namespace fleetsim::sim
