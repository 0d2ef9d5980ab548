// A secret is found wherever it stands in the bytes of a link, also in pieces, and nothing else is taken for one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/invariants/scripted_run.hpp"

namespace fleetsim::sim {
namespace {

using ::testing::ElementsAre;
using Link = ScriptedRun::Link;

constexpr std::string_view crosses = "secret_never_crosses";

TEST(SecretNeverCrosses, PassesWhatHasNoSecretInIt) {
  ScriptedRun run(Seat::fleet);
  run.up(1, {}, "productKey=a1TestPK001&deviceName=meter&sign=0123456789abcdef0123456789abcde0");
  run.up(1, {}, lamp_secret);  // another device's: only one's own is looked for
  EXPECT_EQ(run.violated(crosses), 0u);
  EXPECT_EQ(run.exercised(crosses), 2u);
}

TEST(SecretNeverCrosses, FindsItInOnePiece) {
  ScriptedRun run(Seat::fleet);
  run.up(1, https, "deviceSecret=" + std::string{meter_secret} + "&x=y");
  EXPECT_THAT(run.words(crosses), ElementsAre("the device's secret left the device on its bootstrap link"));
}

TEST(SecretNeverCrosses, FindsItSplitAtEveryByte) {
  const std::string text = "ab0123" + std::string{meter_secret} + "cd";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    ScriptedRun run(Seat::fleet);
    run.up(1, {}, std::string_view{text}.substr(0, cut));
    run.up(2, {}, std::string_view{text}.substr(cut));
    EXPECT_EQ(run.violated(crosses), 1u) << "cut at " << cut;
  }
}

TEST(SecretNeverCrosses, FindsItByteByByteBehindAFalseBeginning) {
  ScriptedRun run(Seat::fleet);
  // The secret is the same sixteen digits twice: after two and a half of them the search must go back by one, not by all.
  for (const char byte : "0123456789abcdef01234567" + std::string{"89abcdef0123456789abcdef"}) run.up(1, {}, {&byte, 1});
  EXPECT_EQ(run.violated(crosses), 1u);
}

TEST(SecretNeverCrosses, ANewConnectionBeginsAnew) {
  ScriptedRun run(Seat::fleet);
  run.up(1, {.connection = 1}, meter_secret.substr(0, 20));
  run.up(2, {.connection = 2}, meter_secret.substr(20));
  EXPECT_EQ(run.violated(crosses), 0u);
}

TEST(SecretNeverCrosses, TheLegsAreApart) {
  ScriptedRun run(Seat::fleet);
  run.up(1, {}, meter_secret.substr(0, 20));
  run.up(2, https, meter_secret.substr(20));
  EXPECT_EQ(run.violated(crosses), 0u);
}

TEST(SecretNeverCrosses, LooksAtWhatThePlatformSendsToo) {
  ScriptedRun run(Seat::platform);
  run.down(1, {}, meter_secret);
  EXPECT_THAT(run.words(crosses), ElementsAre("the device's secret was sent by the platform on its MQTT link"));
}

TEST(SecretNeverCrosses, TheAnswerToARegistrationMayCarryIt) {
  FleetFacts facts = scripted_facts();
  facts.groups[0].registers = true;
  facts.groups[0].product_secret = "productsecret";
  ScriptedRun platform(Seat::platform, facts);
  platform.down(1, https, meter_secret);
  EXPECT_EQ(platform.violated(crosses), 0u);
  platform.down(1, https, "productsecret");
  EXPECT_THAT(platform.words(crosses), ElementsAre("its product's secret was sent by the platform on its bootstrap link"));
  ScriptedRun device(Seat::fleet, facts);
  device.up(1, {}, meter_secret);
  EXPECT_EQ(device.violated(crosses), 1u);
}

TEST(SecretNeverCrosses, ATokenIsShownByDesign) {
  FleetFacts facts = scripted_facts();
  facts.groups[0].registers = facts.groups[0].gets_a_token = true;
  ScriptedRun run(Seat::fleet, facts);
  run.up(1, {}, meter_secret);
  EXPECT_EQ(run.violated(crosses), 0u);
}

std::size_t crossings(std::string_view secret, std::string_view sent) {
  FleetFacts facts = scripted_facts();
  facts.devices[meter].secret = secret;
  ScriptedRun run(Seat::fleet, facts);
  for (const char byte : sent) run.up(1, {}, {&byte, 1});
  return run.violated(crosses);
}

TEST(SecretNeverCrosses, FindsOneThatRepeatsItselfBehindAnotherBeginning) {
  EXPECT_EQ(crossings("ababac", "xabababacx"), 1u);
  EXPECT_EQ(crossings("abababababac", "abababababababac"), 1u);
}

TEST(SecretNeverCrosses, FourBytesAreASecretAndThreeAreFoundEverywhere) {
  EXPECT_EQ(crossings("abcd", "abcd"), 1u);
  EXPECT_EQ(crossings("abc", "abc"), 0u);
}

TEST(SecretNeverCrosses, EachEndIsJudgedByWhatItSends) {
  ScriptedRun run(Seat::fleet);
  run.down(1, {}, meter_secret);
  EXPECT_EQ(run.violated(crosses), 0u);
}

}  // namespace
}  // namespace fleetsim::sim
