// Upgrades over the air: the whole story, every failure with its step, and everything lost at every moment.
#include <gtest/gtest.h>

#include "devicecore/ports/mbedtls_hash.hpp"
#include "tests/devicecore/device_world.hpp"

namespace fleetsim::device::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using Strings = std::vector<std::string>;

std::string digest_of_image(const EVP_MD* method, std::string_view image) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(image.data(), image.size(), digest.data(), &size, method, nullptr);
  return hex(ByteView(digest).first(size));
}

std::string image_of(std::size_t size) {
  std::string image;
  for (std::size_t i = 0; i < size; ++i) image += static_cast<char>('a' + (i * 7 + i / 251) % 26);
  return image;
}

std::string offer_of(const std::string& image, const std::string& more = "",
                     const std::string& url = "https://files.example/fw.bin?token=t") {
  return R"({"code":"1000","data":{"size":)" + std::to_string(image.size()) + R"(,"version":"2.0.0","url":")" + url + R"(",)" + more +
         R"("sign":")" + digest_of_image(EVP_sha256(), image) + R"(","signMethod":"SHA256"},"id":1626969597470,"message":"success"})";
}

/// A device at A whose platform offers it version 2.0.0.
class DeviceUpgrade : public ::testing::Test {
 protected:
  DeviceUpgrade() { prepare(world, 20'000); }

  static void prepare(DeviceWorld& world, std::size_t bytes) {
    world.plays_application = false;
    world.config.hash = mbedtls_hash();
    world.platform.image = image_of(bytes);
    world.platform.offer = offer_of(world.platform.image);
    world.platform.offered_version = "2.0.0";
  }
  static bool upgraded(DeviceWorld& world, Duration within = minutes{10}) {
    world.power_on();
    return run_until_upgraded(world, within);
  }
  static bool run_until_upgraded(DeviceWorld& world, Duration within = minutes{10}) {
    return world.run_until([&] { return !world.platform.informed.empty() && world.platform.informed.back() == "2.0.0"; }, within);
  }
  /// The last step told when the platform does not offer again.
  std::string failed_step(Duration within = minutes{10}) {
    world.platform.offers_left = 1;
    world.power_on();
    world.run_until([&] { return world.has_event("upgrade_failed"); }, within);
    world.settle();
    EXPECT_EQ(world.device.agent().state(), AgentState::online) << "a failed upgrade is no reason to go";
    EXPECT_EQ(world.pool.blocks_in_use(), 0U);
    EXPECT_TRUE(world.restarted_into.empty());
    return world.platform.progress.empty() ? "none" : world.platform.progress.back();
  }
  DeviceWorld world;
};

TEST_F(DeviceUpgrade, TellsItsVersionAfterEachConnect) {
  world.platform.offered_version.clear();
  world.go_online();
  const std::string told = R"(/ota/device/inform/a1TestPK001/dev1{"id":"1","params":{"version":"fleetsim-1.0.0"}})";
  EXPECT_NE(world.all_sent[1].find("\x30\x55" + std::string("\0\x23", 2) + told), std::string::npos) << "QoS 0";
  world.lose_link(Leg::mqtt, LinkEnd::reset);
  world.pass(minutes{1});
  EXPECT_EQ(world.platform.informed, (Strings{"fleetsim-1.0.0", "fleetsim-1.0.0"}));
}

TEST_F(DeviceUpgrade, WithoutAHashItTakesNoneAndTellsNoVersion) {
  world.config.hash = {};
  world.go_online();
  world.from_platform(publish_packet("/ota/device/upgrade/a1TestPK001/dev1", world.platform.offer));
  world.settle();
  EXPECT_TRUE(world.platform.informed.empty());
  EXPECT_TRUE(world.has_event("message_received /ota/device/upgrade/a1TestPK001/dev1"));
}

TEST_F(DeviceUpgrade, FetchesInPartsChecksAndRestarts) {
  ASSERT_TRUE(upgraded(world));
  EXPECT_EQ(world.platform.file_requests,
            (Strings{"GET /fw.bin?token=t HTTP/1.1\r\nHost: files.example\r\nAccept: */*\r\nRange: bytes=0-8191\r\n\r\n",
                     "GET /fw.bin?token=t HTTP/1.1\r\nHost: files.example\r\nAccept: */*\r\nRange: bytes=8192-16383\r\n\r\n",
                     "GET /fw.bin?token=t HTTP/1.1\r\nHost: files.example\r\nAccept: */*\r\nRange: bytes=16384-19999\r\n\r\n"}));
  EXPECT_EQ(world.flash_image, world.platform.image);
  EXPECT_EQ(world.platform.progress, (Strings{"40", "80", "100"}));
  EXPECT_EQ(world.restarted_into, (std::deque<std::string>{"2.0.0"}));
  EXPECT_EQ(world.platform.informed, (Strings{"fleetsim-1.0.0", "2.0.0"}));
  EXPECT_EQ(world.count_events("powered_off"), 0U) << "it restarts; nobody switched it off";
  EXPECT_NE(world.all_sent[1].find(R"({"id":"2","params":{"step":"40","desc":"","module":"default"}})"), std::string::npos);
  EXPECT_NE(world.all_sent[1].find("_v=2.0.0,"), std::string::npos) << "the new version logs in";
}

TEST_F(DeviceUpgrade, TheHundredPercentAreToldBeforeDisconnect) {
  ASSERT_TRUE(upgraded(world));
  const std::string last = R"("step":"100","desc":"","module":"default"}})";
  const std::size_t at = world.all_sent[1].find(last);
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(hex(bytes_of(world.all_sent[1]).subspan(at + last.size(), 2)), "e000");
}

TEST_F(DeviceUpgrade, TakesAnMd5AsWell) {
  for (const std::string& check : {R"("md5":")" + digest_of_image(EVP_md5(), world.platform.image) + '"',
                                   R"("sign":")" + digest_of_image(EVP_md5(), world.platform.image) + R"(","signMethod":"Md5")"}) {
    DeviceWorld one;
    prepare(one, 20'000);
    one.platform.offer =
        R"({"code":1000,"data":{"size":20000,"version":"2.0.0","url":"https:\/\/files.example\/fw.bin?a=1\u0026b=2",)" + check + "}}";
    EXPECT_TRUE(upgraded(one)) << check;
    EXPECT_TRUE(one.platform.file_requests.at(0).starts_with("GET /fw.bin?a=1&b=2 HTTP/1.1\r\n"));
  }
}

TEST_F(DeviceUpgrade, AnOfferInAnswerToAQueryIsTakenToo) {
  world.platform.offers_left = 0;
  world.go_online();
  std::string reply = world.platform.offer;
  reply.replace(reply.find("\"1000\""), 6, "200");
  world.from_platform(publish_packet("/sys/a1TestPK001/dev1/thing/ota/firmware/get_reply", reply));
  EXPECT_TRUE(run_until_upgraded(world));
}

TEST_F(DeviceUpgrade, ALegacyDeviceBecomesOneThatCanBeDistributed) {
  world.config.profile = &legacy_profile;
  world.config.start_from = StartFrom::fixed_endpoint;
  world.config.fixed_host = "a.example";
  world.config.fixed_port = 1883;
  ASSERT_TRUE(upgraded(world));
  EXPECT_EQ(world.platform.bootstraps, 1) << "its new firmware asks where to go";
  world.platform.distribute();
  world.from_platform(world.platform.notify());
  world.settle();
  EXPECT_EQ(world.platform.placement, TinyPlatform::Placement::at_b);
  EXPECT_EQ(world.device.agent().state(), AgentState::online);
}

TEST_F(DeviceUpgrade, WhatItCannotTakeFailsAtStepMinus1) {
  const std::string image = world.platform.image;
  const std::string whole = offer_of(image);
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = whole;
    changed.replace(changed.find(from), from.size(), to);
    return changed;
  };
  for (const std::string& offer :
       {offer_of(image, R"("isDiff":1,)"), offer_of(image, R"("module":"MCU",)"), offer_of(image, R"("dProtocol":"mqtt","streamId":1,)"),
        offer_of(image, "", "ftp://files.example/x"), offer_of(image, "", "https:///x"), offer_of(image, "", R"(https://files.example/\n)"),
        offer_of(image, "", "https://files.example/" + std::string(limits::url_bytes_max, 'x')), with("\"size\":20000", "\"size\":0"),
        with("\"size\":20000", "\"size\":4294967296"), with("2.0.0", std::string(limits::version_bytes_max + 1, '2')),
        with("SHA256", "CRC32"), with("\"sign\":\"", "\"sign\":\"0")}) {
    DeviceWorld fresh;
    prepare(fresh, 20'000);
    fresh.platform.offer = offer;
    fresh.platform.offers_left = 1;
    fresh.power_on();
    fresh.settle();
    EXPECT_TRUE(fresh.has_event("upgrade_failed upgrade_unsupported code=-1")) << offer;
    EXPECT_EQ(fresh.platform.progress, (Strings{"-1"})) << offer;
    EXPECT_TRUE(fresh.platform.file_requests.empty());
  }
}

TEST_F(DeviceUpgrade, WithoutABlockToRememberItFailsAtStepMinus1) {
  world.platform.offers_left = 0;
  world.go_online();
  std::vector<std::uint8_t*> taken;
  for (MutableBytes block = world.pool.acquire(1); !block.empty(); block = world.pool.acquire(1)) taken.push_back(block.data());
  world.from_platform(publish_packet("/ota/device/upgrade/a1TestPK001/dev1", world.platform.offer));
  world.settle();
  for (std::uint8_t* block : taken) world.pool.release(block);
  EXPECT_TRUE(world.has_event("upgrade_failed no_room code=-1"));
}

TEST_F(DeviceUpgrade, AFileThatIsGoneFailsAtStepMinus2AtOnce) {
  world.platform.file_answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
  EXPECT_EQ(failed_step(), "-2");
  EXPECT_EQ(world.platform.file_requests.size(), 1U);
}

TEST_F(DeviceUpgrade, ABusyServerIsAskedAFewTimesWithGrowingWaits) {
  world.platform.file_answer = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
  EXPECT_EQ(failed_step(), "-2");
  EXPECT_EQ(world.platform.file_requests.size(), limits::upgrade_failures_max + 1U);
  EXPECT_GT(world.now, Instant{seconds{1000 + limits::upgrade_failures_max}});
}

TEST_F(DeviceUpgrade, AServerThatCannotBeReachedFailsAtStepMinus2) {
  world.dead_host = "files.example";
  EXPECT_EQ(failed_step(), "-2");
  EXPECT_TRUE(world.has_event("upgrade_failed link code=-2"));
}

TEST_F(DeviceUpgrade, APartOfAnotherLengthIsNotTaken) {
  world.platform.file_answer = "HTTP/1.1 206 Partial Content\r\nContent-Length: 100\r\n\r\n" + std::string(100, 'x');
  EXPECT_EQ(failed_step(), "-2");
  EXPECT_TRUE(world.flash_image.empty());
}

TEST_F(DeviceUpgrade, AnotherImageThanAnnouncedFailsAtStepMinus3) {
  world.platform.image[12345] = '!';
  EXPECT_EQ(failed_step(), "-3");
  EXPECT_TRUE(world.has_event("upgrade_failed digest_mismatch code=-3"));
}

TEST_F(DeviceUpgrade, AFlashThatRefusesFailsAtStepMinus4) {
  world.image_writes_succeed = false;
  EXPECT_EQ(failed_step(), "-4");
}

TEST_F(DeviceUpgrade, AFlashThatNeverAnswersFailsAtStepMinus4) {
  world.platform.offers_left = 1;
  world.power_on();
  world.run_until([&] { return !world.flash_image.empty(); }, minutes{1});
  world.fault = {FaultKind::silence, world.inputs_given};
  world.run_until([&] { return world.has_event("upgrade_failed flash_failed code=-4"); }, minutes{1});
  EXPECT_EQ(world.platform.progress.back(), "-4");
}

TEST_F(DeviceUpgrade, AFailureWhileOfflineIsToldAfterTheNextConnect) {
  world.platform.offers_left = 1;
  world.power_on();
  world.run_until([&] { return !world.flash_image.empty(); }, minutes{1});
  world.fault = {FaultKind::silence, world.inputs_given};  // the flash never answers
  world.platform.connack_code = 3;
  world.lose_link(Leg::mqtt, LinkEnd::reset);
  ASSERT_TRUE(world.run_until([&] { return world.has_event("upgrade_failed flash_failed"); }, minutes{1}));
  EXPECT_TRUE(world.platform.progress.empty());
  world.platform.connack_code = 0;
  world.run_until([&] { return !world.platform.progress.empty(); }, minutes{5});
  EXPECT_EQ(world.platform.progress, (Strings{"-4"}));
}

TEST_F(DeviceUpgrade, AServerThatKnowsNoRangesServesSmallImages) {
  DeviceWorld small;
  prepare(small, 5'000);
  small.platform.knows_ranges = false;
  EXPECT_TRUE(upgraded(small));
  world.platform.knows_ranges = false;
  EXPECT_EQ(failed_step(), "-2") << "and large ones not: a block bounds what is buffered";
}

TEST_F(DeviceUpgrade, AServerThatClosesAfterEachAnswerCostsNoWait) {
  world.closes_https_after_answer = true;
  const Instant begun = world.now;
  ASSERT_TRUE(upgraded(world));
  EXPECT_EQ(world.now, begun);
  EXPECT_EQ(world.flash_image, world.platform.image);
  EXPECT_EQ(world.platform.file_requests.size(), 3U);
}

TEST_F(DeviceUpgrade, ByteByByteItIsTheSame) {
  world.byte_by_byte = true;
  ASSERT_TRUE(upgraded(world));
  EXPECT_EQ(world.flash_image, world.platform.image);
}

TEST_F(DeviceUpgrade, ALostMqttLinkPausesTheDownloadWhichGoesOnWhereItWas) {
  world.power_on();
  world.run_until([&] { return world.platform.file_requests.size() == 2; }, minutes{1});
  world.fault = {FaultKind::silence, world.inputs_given};  // the answer never comes
  world.lose_link(Leg::mqtt, LinkEnd::reset);
  ASSERT_TRUE(run_until_upgraded(world));
  EXPECT_EQ(world.flash_image, world.platform.image);
  EXPECT_NE(world.platform.file_requests[2].find("Range: bytes=8192-16383"), std::string::npos) << "the part that was lost";
  EXPECT_EQ(world.platform.file_requests.size(), 4U);
}

TEST_F(DeviceUpgrade, AMoveInTheMiddleOfTheDownloadComesFirst) {
  world.power_on();
  world.run_until([&] { return world.platform.file_requests.size() == 2; }, minutes{1});
  world.platform.distribute();
  world.from_platform(world.platform.notify());
  ASSERT_TRUE(run_until_upgraded(world));
  EXPECT_EQ(world.platform.placement, TinyPlatform::Placement::at_b);
  EXPECT_EQ(world.flash_image, world.platform.image);
  EXPECT_EQ(world.restarted_into.size(), 1U);
}

TEST_F(DeviceUpgrade, AnOfferWhileOneIsUnderWayIsAMessageLikeAnyOther) {
  world.power_on();
  world.run_until([&] { return world.platform.file_requests.size() == 1; }, minutes{1});
  world.from_platform(publish_packet("/ota/device/upgrade/a1TestPK001/dev1", world.platform.offer));
  ASSERT_TRUE(run_until_upgraded(world));
  EXPECT_EQ(world.count_events("upgrade_started"), 1U);
  EXPECT_EQ(world.count_events("message_received /ota/device/upgrade/"), 1U);
}

TEST_F(DeviceUpgrade, OfferedWhatItRunsItTellsItsVersionAgain) {
  world.config.firmware_version = "2.0.0";
  world.go_online();
  world.from_platform(publish_packet("/ota/device/upgrade/a1TestPK001/dev1", world.platform.offer));
  world.settle();
  EXPECT_EQ(world.platform.informed, (Strings{"2.0.0", "2.0.0"}));
  EXPECT_TRUE(world.platform.file_requests.empty());
}

TEST_F(DeviceUpgrade, SwitchedOffInTheMiddleItClosesBothLinks) {
  world.power_on();
  world.run_until([&] { return world.platform.file_requests.size() == 2; }, minutes{1});
  world.give(PowerOff{});
  world.settle();
  EXPECT_EQ(world.device.agent().state(), AgentState::off);
  EXPECT_EQ(world.count_events("powered_off"), 1U);
  EXPECT_EQ(world.pool.blocks_in_use(), 0U);
}

TEST_F(DeviceUpgrade, ThatARebootInterruptsBeginsAnew) {
  world.config.profile = &esp_gateway_profile;
  world.power_on();
  world.run_until([&] { return world.platform.file_requests.size() == 2; }, minutes{1});
  world.platform.distribute();
  world.from_platform(world.platform.notify());
  ASSERT_TRUE(world.run_until([&] { return world.platform.file_requests.size() == 3; }, minutes{1}));
  EXPECT_NE(world.platform.file_requests.back().find("Range: bytes=0-"), std::string::npos) << world.platform.file_requests.back();
  EXPECT_EQ(world.count_events("upgrade_started"), 2U);
}

TEST_F(DeviceUpgrade, SwitchedOffBeforeItRestartsItStaysOff) {
  world.power_on();
  world.run_until([&] { return world.has_event("upgrade_ready"); }, minutes{1});
  world.give(PowerOff{});
  world.settle();
  EXPECT_TRUE(world.restarted_into.empty());
  EXPECT_EQ(world.count_events("powered_off"), 1U);
  EXPECT_EQ(world.pool.blocks_in_use(), 0U);
}

TEST_F(DeviceUpgrade, WhateverIsLostAtAnyMomentItEndsUpgraded) {
  ASSERT_TRUE(upgraded(world));
  const std::size_t inputs = world.inputs_given;
  for (const FaultKind kind : {FaultKind::lose_link, FaultKind::silence, FaultKind::power_cut, FaultKind::failed_write}) {
    for (std::size_t at = 0; at < inputs; ++at) {
      SCOPED_TRACE("fault " + std::to_string(static_cast<int>(kind)) + " at input " + std::to_string(at));
      DeviceWorld faulty;
      prepare(faulty, 20'000);
      faulty.fault = {kind, at};
      EXPECT_TRUE(upgraded(faulty, minutes{30}));
      EXPECT_EQ(faulty.fault.kind, FaultKind::none) << "the fault never struck";
      EXPECT_EQ(faulty.flash_image, faulty.platform.image);
      if (::testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace fleetsim::device::testing
