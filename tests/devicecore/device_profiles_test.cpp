// Firmware profiles, fixed endpoints, and devices without the platform's credentials.
#include <gtest/gtest.h>

#include "devicecore/firmware_profile.hpp"
#include "tests/devicecore/device_world.hpp"

namespace fleetsim::device::testing {
namespace {

using std::chrono::minutes;
using Events = std::vector<std::string>;

TEST(FirmwareProfiles, AreFoundByNameAndReferenceIsTheFirst) {
  ASSERT_GE(firmware_profiles().size(), 2U);
  EXPECT_EQ(firmware_profiles()[0]->name, "reference");
  for (const FirmwareProfile* profile : firmware_profiles()) {
    EXPECT_EQ(find_firmware_profile(profile->name), profile);
    EXPECT_FALSE(profile->summary.empty());
  }
  EXPECT_EQ(find_firmware_profile("legacy"), &legacy_profile);
  EXPECT_EQ(find_firmware_profile("nobody"), nullptr);
  EXPECT_EQ(find_firmware_profile(""), nullptr);
}

TEST(FirmwareProfiles, OnlyMutantsAreCarelessWithTls) {
  std::size_t careless = 0;
  for (const FirmwareProfile* profile : firmware_profiles()) {
    if (is_as_it_should_be(profile->tls)) continue;
    ++careless;
    EXPECT_TRUE(profile->name.starts_with("mutant-")) << profile->name;
  }
  EXPECT_GT(careless, 0U);
}

TEST(LegacyProfile, UsesItsBurnedEndpointForEver) {
  DeviceWorld world;
  world.config.profile = &legacy_profile;
  world.config.fixed_host = "a.example";
  world.config.fixed_port = 1883;
  world.plays_application = false;
  world.power_on();
  world.settle();
  EXPECT_EQ(world.take_events(), (Events{"connect_started a.example:1883", "connected a.example:1883"}));

  world.from_platform(world.platform.notify());
  world.settle();
  EXPECT_EQ(world.count_events("message_received /sys/a1TestPK001/dev1/thing/bootstrap/notify"), 1U) << "a message like any other";
  EXPECT_EQ(world.platform.replies, 0);

  world.platform.placement = TinyPlatform::Placement::at_b;
  world.lose_link(Leg::mqtt, LinkEnd::closed_by_peer);
  world.pass(minutes{20});
  EXPECT_GT(world.count_events("connect_refused connack_refused code=5"), 5U) << "stranded, as the platform's page says";
  EXPECT_EQ(world.platform.bootstraps, 0);
  EXPECT_FALSE(world.has_event("fell_back_to_bootstrap"));
}

TEST(LegacyProfile, UpgradedItIsAFirmwareThatCanBeDistributed) {
  DeviceConfig config{.profile = &legacy_profile, .start_from = StartFrom::fixed_endpoint, .fixed_host = "a.example", .fixed_port = 1883};
  const DeviceConfig after = after_upgrade(config, "2.0.0");
  EXPECT_EQ(after.profile, &reference_profile);
  EXPECT_EQ(after.firmware_version, "2.0.0");
  EXPECT_EQ(after.start_from, StartFrom::bootstrap);
  const DeviceConfig again = after_upgrade(after, "3.0.0");
  EXPECT_EQ(again.profile, &reference_profile);
  EXPECT_EQ(again.firmware_version, "3.0.0");
}

TEST(LegacyProfile, AnUpgradeDoesNotMoveADeviceThatWasToldToStay) {
  const DeviceConfig config{.profile = &reference_profile, .start_from = StartFrom::fixed_endpoint, .fixed_host = "a.example"};
  EXPECT_EQ(after_upgrade(config, "2").start_from, StartFrom::fixed_endpoint);
}

TEST(FixedEndpoint, NeverBootstrapsAndIgnoresNotify) {
  DeviceWorld world;
  world.config.start_from = StartFrom::fixed_endpoint;
  world.config.fixed_host = "a.example";
  world.config.fixed_port = 8883;
  world.plays_application = false;
  world.power_on();
  world.settle();
  world.from_platform(world.platform.notify());
  world.settle();
  EXPECT_EQ(world.take_events(), (Events{"connect_started a.example:8883", "connected a.example:8883", "notify_ignored 4294967295"}));
  world.dead_host = "a.example";
  world.lose_link(Leg::mqtt, LinkEnd::reset);
  world.pass(minutes{20});
  EXPECT_EQ(world.platform.bootstraps, 0);
  EXPECT_EQ(world.flash_writes, 0U);
}

TEST(KeptSession, IsTheReferenceButForItsCleanSessionFlag) {
  DeviceWorld world;
  world.config.profile = &kept_session_profile;
  world.plays_application = false;
  world.go_online();
  EXPECT_EQ(hex(bytes_of(world.all_sent[1]).subspan(3, 8)), hex(wire("0004 'MQTT' 04 c0"))) << "user name and password, clean session 0";
}

/// Mutants that wear a flash: how often they write for one session, a link that is lost, and a notify that leads to the same place.
std::vector<std::size_t> writes_of(const FirmwareProfile& profile) {
  DeviceWorld world;
  world.config.profile = &profile;
  world.plays_application = false;
  world.go_online();
  std::vector<std::size_t> writes{world.flash_writes};
  world.lose_link(Leg::mqtt, LinkEnd::reset);
  world.pass(std::chrono::minutes{5});
  writes.push_back(world.flash_writes);
  world.platform.always_bootstraps_to = "a.example";
  world.from_platform(world.platform.notify());
  world.pass(std::chrono::minutes{1});
  writes.push_back(world.flash_writes);
  return writes;
}

TEST(FlashWear, TheReferenceWritesWhatHasChangedOnlyAndMutantsEachSessionOrEachAnswer) {
  EXPECT_EQ(writes_of(reference_profile), (std::vector<std::size_t>{1, 1, 1}));
  const auto each_session = writes_of(mutant_writes_each_session_profile);
  EXPECT_GT(each_session[1], each_session[0]);
  const auto each_answer = writes_of(mutant_writes_each_answer_profile);
  EXPECT_EQ(each_answer[1], each_answer[0]);
  EXPECT_GT(each_answer[2], each_answer[1]);
}

TEST(FixedEndpoint, TakesNoNoticeOfTheFlash) {
  DeviceWorld world;
  ASSERT_TRUE(world.live());
  world.config.start_from = StartFrom::fixed_endpoint;
  world.config.fixed_host = "c.example";
  world.config.fixed_port = 1883;
  world.take_events();
  world.cut_power();
  EXPECT_TRUE(world.has_event("connect_started c.example:1883"));
}

TEST(Credentials, OfEachStyleReachTheWire) {
  const auto connect_of = [](CredentialStyle style) {
    DeviceWorld world;
    world.config.credentials = style;
    world.config.plain_username = "user";
    world.config.plain_password = "word";
    world.config.mqtt_tls = false;
    world.go_online();
    return world.all_sent[1];
  };
  EXPECT_NE(
      connect_of(CredentialStyle::device_secret).find("a1TestPK001.dev1|timestamp=2524608000000,_ss=1,_v=fleetsim-1.0.0,securemode=3,"),
      std::string::npos);
  EXPECT_EQ(hex(bytes_of(connect_of(CredentialStyle::plain))),
            hex(wire("10 28 0004 'MQTT' 04 c2 012c 0010 'a1TestPK001.dev1' 0004 'user' 0004 'word'")));
  EXPECT_EQ(hex(bytes_of(connect_of(CredentialStyle::anonymous))), hex(wire("10 1c 0004 'MQTT' 04 02 012c 0010 'a1TestPK001.dev1'")));
}

TEST(Secrets, AreInNoEventAndOnNoLink) {
  DeviceWorld world;
  ASSERT_TRUE(world.live());
  for (const std::string& event : world.events) EXPECT_EQ(event.find("secret"), std::string::npos) << event;
  for (const std::string& sent : world.all_sent) EXPECT_EQ(sent.find("secret"), std::string::npos);
}

TEST(DeviceSize, LetsAMillionOfThemFit) { EXPECT_LE(sizeof(Device), limits::device_bytes_max); }

}  // namespace
}  // namespace fleetsim::device::testing
