// A device that its platform does not know yet registers by its product's secret and gets a token: it logs in by that from then on, through
// every cut, and asks for another one when it is no good any more.
#include <gtest/gtest.h>

#include "tests/devicecore/device_world.hpp"

namespace fleetsim::device::testing {
namespace {

using std::chrono::minutes;
using Events = std::vector<std::string>;

// HMAC-SHA256 by "product-secret" over deviceNamedev1productKeya1TestPK001random00000007, by Python's hmac.
constexpr std::string_view registration_signature = "021C1AE4F55AD2C162B1D93C2674C23D4EEB50D0BE07C9359A49DF5B36FB74D2";

struct TokenWorld : DeviceWorld {
  TokenWorld() { registers_by(Registration::mqtt_nwl); }

  bool is_online() const { return device.agent().state() == AgentState::online; }
  bool ends_online() {
    return run_until([&] { return has_event("connected") && is_online(); }, minutes{60});
  }
  /// Online once, then deleted at the platform, which closes the link.
  void lose_registration() {
    go_online();
    platform.delete_device();
    plays_application = true;
    lose_link(Leg::mqtt, LinkEnd::closed_by_peer);
  }
};

TEST(DeviceToken, RegistersAndLogsInWhereItWasToldWithoutABootstrap) {
  TokenWorld world;
  world.random_word_is(7);
  world.go_online();
  const std::string& sent = world.all_sent[1];
  EXPECT_NE(sent.find("dev1.a1TestPK001|random=00000007,authType=regnwl,securemode=2,signmethod=hmacsha256|"), std::string::npos);
  const std::size_t signature = sent.find(registration_signature);
  ASSERT_NE(signature, std::string::npos);
  const std::size_t behind = signature + registration_signature.size();
  EXPECT_EQ(hex(bytes_of(sent.substr(behind, 2))), "e000") << "DISCONNECT, and no SUBSCRIBE before it";
  // MQTT 3.1.1, user name, password and clean session, 300 s; the lengths of the client id, 69, user name, 16, and token, 15.
  const std::string login = "client-1|authType=connwl,securemode=-2,_ss=1,ext=3,_v=fleetsim-1.0.0|";
  ASSERT_EQ(login.size(), 69U);
  EXPECT_EQ(hex(bytes_of(sent.substr(behind + 2))),
            hex(wire("10 74 0004 'MQTT' 04 c2 012c 0045 '" + login + "' 0010 'dev1&a1TestPK001' 000f 'its-own-token-1'")));
  ASSERT_EQ(world.opened.size(), 2U);
  EXPECT_EQ(world.opened[0].second, "a.example:1883 tls");
  EXPECT_EQ(world.opened[1].second, "a.example:1883 tls");
  EXPECT_EQ(world.platform.bootstraps, 0);
}

TEST(DeviceToken, TheStoryInOrderTheTokenIsInFlashBeforeItIsUsed) {
  TokenWorld world;
  world.plays_application = false;
  world.power_on();
  world.settle();
  EXPECT_EQ(world.events, (Events{"connect_started a.example:1883", "registered", "endpoint_stored a.example:1883",
                                  "connect_started a.example:1883", "connected a.example:1883"}));
}

TEST(DeviceToken, KeptInFlashItIsUsedAfterARestartAndAfterALostLink) {
  TokenWorld world;
  world.go_online();
  world.restart();
  world.settle();
  EXPECT_TRUE(world.is_online());
  world.lose_link(Leg::mqtt, LinkEnd::reset);
  EXPECT_TRUE(world.run_until([&] { return world.count_events("connected") == 2 && world.is_online(); }, minutes{5}));
  EXPECT_EQ(world.platform.registrations.size(), 1U);
  EXPECT_EQ(world.platform.bootstraps, 0);
}

TEST(DeviceToken, MovesLikeAnyOtherAndLogsInThereWithIt) {
  TokenWorld world;
  EXPECT_TRUE(world.live());
  EXPECT_EQ(world.platform.bootstraps, 1) << "told to move, it asks";
  EXPECT_EQ(world.platform.registrations.size(), 1U);
}

TEST(DeviceToken, NoFaultAtAnyStepKeepsItFromComingBack) {
  TokenWorld whole;
  whole.power_on();
  ASSERT_TRUE(whole.ends_online());
  ASSERT_GT(whole.inputs_given, 6U);
  for (const FaultKind kind :
       {FaultKind::power_cut, FaultKind::torn_write, FaultKind::failed_write, FaultKind::lose_link, FaultKind::silence}) {
    for (std::size_t at = 0; at < whole.inputs_given; ++at) {
      SCOPED_TRACE("fault " + std::to_string(static_cast<int>(kind)) + " at input " + std::to_string(at));
      TokenWorld world;
      world.fault = {kind, at};
      world.power_on();
      EXPECT_TRUE(world.ends_online());
      world.cut_power();
      world.events.clear();
      EXPECT_TRUE(world.ends_online()) << "after a night without power";
    }
  }
}

TEST(DeviceToken, NoFaultAtAnyStepOfASecondRegistrationDoesEither) {
  TokenWorld whole;
  whole.lose_registration();
  const std::size_t first = whole.inputs_given;
  ASSERT_TRUE(whole.ends_online());
  ASSERT_GT(whole.inputs_given, first + 6);
  for (const FaultKind kind :
       {FaultKind::power_cut, FaultKind::torn_write, FaultKind::failed_write, FaultKind::lose_link, FaultKind::silence}) {
    for (std::size_t at = first; at < whole.inputs_given; ++at) {
      SCOPED_TRACE("fault " + std::to_string(static_cast<int>(kind)) + " at input " + std::to_string(at));
      TokenWorld world;
      world.lose_registration();
      world.fault = {kind, at};
      EXPECT_TRUE(world.ends_online());
      EXPECT_GE(world.platform.tokens_given, 2);
      world.cut_power();
      world.events.clear();
      EXPECT_TRUE(world.ends_online()) << "after a night without power";
    }
  }
}

TEST(DeviceToken, BytesMayComeInAnyPieces) {
  TokenWorld alone;
  alone.byte_by_byte = true;
  alone.go_online();
  const std::size_t longest = 160;  // CONNACK and the token's message are shorter together
  for (std::size_t cut = 1; cut < longest; ++cut) {
    SCOPED_TRACE(cut);
    TokenWorld world;
    world.cut_received_at = cut;
    world.go_online();
    EXPECT_EQ(world.platform.registrations.size(), 1U);
  }
}

TEST(DeviceToken, RefusedItIsReplacedByAnother) {
  TokenWorld world;
  world.lose_registration();
  ASSERT_TRUE(world.ends_online());
  EXPECT_TRUE(world.has_event("connect_refused connack_refused code=4"));
  EXPECT_EQ(world.count_events("connect_refused"), 1U);
  EXPECT_EQ(world.platform.tokens_given, 2);
  EXPECT_EQ(world.platform.bootstraps, 0);
  world.restart();
  world.settle();
  EXPECT_TRUE(world.is_online());
  EXPECT_EQ(world.platform.tokens_given, 2) << "the new one is in flash";
}

TEST(DeviceToken, OfADeviceThatIsNotWelcomeIsReplacedWhenTheGlobalEndpointDoesNotKnowItEither) {
  TokenWorld world;
  world.platform.wrong_token_code = 5;
  world.lose_registration();
  ASSERT_TRUE(world.ends_online());
  EXPECT_EQ(world.count_events("connect_refused"), 3U);
  EXPECT_TRUE(world.has_event("fell_back_to_bootstrap"));
  EXPECT_TRUE(world.has_event("bootstrap_failed service_error code=6100"));
  EXPECT_EQ(world.platform.tokens_given, 2);
}

TEST(DeviceToken, IsReplacedWhenItIsNotWelcomeWhereTheGlobalEndpointSentIt) {
  TokenWorld world;
  world.platform.wrong_token_code = 5;
  world.lose_registration();
  world.platform.knows_device = true;
  ASSERT_TRUE(world.ends_online());
  EXPECT_EQ(world.count_events("connect_refused"), 4U) << "three, and one more at the endpoint that the bootstrap named";
  EXPECT_EQ(world.platform.bootstraps, 1);
  EXPECT_EQ(world.platform.tokens_given, 2);
}

TEST(DeviceToken, AtABurnedEndpointWithoutAWayToAskIsReplacedAllTheSame) {
  TokenWorld world;
  world.config.start_from = StartFrom::fixed_endpoint;
  world.config.fixed_host = "a.example";
  world.config.fixed_port = 1883;
  world.config.registration_host = {};
  world.platform.wrong_token_code = 5;
  world.lose_registration();
  ASSERT_TRUE(world.ends_online());
  EXPECT_EQ(world.count_events("connect_refused"), 4U);
  EXPECT_EQ(world.platform.tokens_given, 2);
  EXPECT_EQ(world.platform.bootstraps, 0);
}

TEST(DeviceToken, TurnsOutToBeGoodWhenNoOtherIsGiven) {
  TokenWorld world;
  world.go_online();
  const Bytes kept = world.flash[limits::secret_slot];
  world.platform.connack_code = 4;  // a platform that says so of anyone, for a while
  world.plays_application = true;
  world.lose_link(Leg::mqtt, LinkEnd::closed_by_peer);
  ASSERT_TRUE(world.run_until([&] { return world.platform.registrations.size() == 2; }, minutes{20}));
  world.platform.connack_code = 0;
  ASSERT_TRUE(world.ends_online());
  EXPECT_EQ(world.platform.registrations.size(), 2U) << "it was active: refused, and the old token was tried again";
  EXPECT_EQ(world.platform.tokens_given, 1);
  EXPECT_EQ(world.flash[limits::secret_slot], kept);
}

TEST(DeviceToken, AGlobalEndpointThatErrsCostsADeviceOnTheMoveNoMoreThanADetour) {
  TokenWorld world;
  world.go_online();
  world.platform.distribute();
  world.platform.http_body = R"({"code":500,"message":"try later"})";
  world.plays_application = true;
  world.from_platform(world.platform.notify());
  ASSERT_TRUE(world.run_until([&] { return world.platform.registrations.size() == 2; }, minutes{20}));
  world.platform.http_body.clear();
  EXPECT_TRUE(world.run_until([&] { return world.platform.placement == TinyPlatform::Placement::at_b && world.is_online(); }, minutes{20}));
  std::vector<std::string> opened;
  for (const auto& [when, where] : world.opened) opened.push_back(where.substr(0, where.find(':')));
  EXPECT_EQ(opened, (Events{"a.example", "a.example", "global.example", "a.example", "global.example", "b.example"}))
      << "registered, online; asked, registered in vain, asked again, moved";
  EXPECT_EQ(world.platform.tokens_given, 1);
}

TEST(DeviceToken, AMessageWithoutAUsableOneBringsNone) {
  const std::string names = R"({"productKey":"a1TestPK001","deviceName":"dev1",)";
  const std::string too_long(65, 'c');
  for (const std::string& message :
       {names + R"("deviceToken":"t"})", names + R"("clientId":"c"})", names + R"("clientId":"c","deviceToken":""})",
        names + R"("clientId":"c|d","deviceToken":"t"})", names + R"("clientId":"c","deviceToken":"two words"})",
        names + R"("clientId":")" + too_long + R"(","deviceToken":"t"})", names + R"("clientId":"c","deviceSecret":"s"})",
        std::string(R"({"productKey":"a1TestPK001","deviceName":"dev2","clientId":"c","deviceToken":"t"})"), std::string("no JSON")}) {
    SCOPED_TRACE(message);
    TokenWorld world;
    world.platform.registration_message = message;
    world.power_on();
    world.settle();
    EXPECT_TRUE(world.has_event("registration_failed"));
    EXPECT_TRUE(world.flash[limits::secret_slot].empty());
    world.platform.registration_message.clear();
    EXPECT_TRUE(world.ends_online());
  }
}

TEST(DeviceToken, NeitherItNorTheProductsSecretIsToldInAnyEvent) {
  TokenWorld world;
  world.plays_application = false;
  world.power_on();
  world.settle();
  for (const std::string& event : world.events) {
    EXPECT_EQ(event.find("its-own-token"), std::string::npos) << event;
    EXPECT_EQ(event.find("product-secret"), std::string::npos) << event;
  }
}

TEST(DeviceToken, AFirmwareThatKeepsNoEndpointAsksForItsPlaceAfterARestartAndTellsItsSdksVersion) {
  TokenWorld world;
  world.config.profile = &linksdk_4_profile;
  world.go_online();
  EXPECT_NE(world.all_sent[1].find("client-1|authType=connwl,securemode=-2,_ss=1,ext=3,_v=sdk-c-4.2.0|"), std::string::npos);
  EXPECT_EQ(world.platform.bootstraps, 0);
  world.restart();
  world.settle();
  EXPECT_TRUE(world.is_online());
  EXPECT_EQ(world.platform.bootstraps, 1);
  EXPECT_EQ(world.platform.registrations.size(), 1U);
}

TEST(DeviceToken, AlsoADeviceThatGetsASecretMayRegisterAtAnEndpointOfItsOwn) {
  DeviceWorld world;
  world.registers_by(Registration::mqtt);
  world.config.registration_host = "a.example";
  world.config.registration_port = 1883;
  world.go_online();
  EXPECT_EQ(world.platform.bootstraps, 0);
  EXPECT_NE(world.all_sent[1].find("authType=register,"), std::string::npos);
  EXPECT_NE(world.all_sent[1].find("a1TestPK001.dev1|timestamp="), std::string::npos) << "and signs from then on";
}

}  // namespace
}  // namespace fleetsim::device::testing
