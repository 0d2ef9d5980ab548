// Whom a rule concerns, at which calls, for how long; and what rules are refused.
#include <set>

#include "platform-mock/core/misbehaviour/list.hpp"
#include "tests/platform-mock/misbehaviour_world.hpp"

namespace fleetsim::platform::broker_test {
namespace {

PlatformConfig many_devices(int count) {
  PlatformConfig config = three_regions();
  config.limits.mode = LimitsMode::unlimited;
  for (int i = 0; i < count; ++i) config.products[0].devices.push_back({DeviceName{"meter-" + std::to_string(i)}, std::string(secret)});
  return config;
}

/// "1" for each CONNECT that is refused, "0" for each that is not.
std::string refusals(MisbehavingWorld& world, std::string_view device, int connects) {
  std::string pattern;
  for (int i = 0; i < connects; ++i) pattern += world.connack(shanghai, signed_fields(device)) == 0 ? '0' : '1';
  return pattern;
}

std::string refusals_with(Rule rule, int connects = 6) {
  PlatformConfig config = three_regions();
  config.limits.mode = LimitsMode::unlimited;
  MisbehavingWorld world(config);
  rule.kind = "mqtt_connack";
  world.set(rule);
  return refusals(world, "dev1", connects);
}

TEST(MisbehaviourRules, ChooseCallsByNumber) {
  EXPECT_EQ(refusals_with({}), "111111");
  EXPECT_EQ(refusals_with({.calls = first_calls(2)}), "110000");
  EXPECT_EQ(refusals_with({.calls = Calls{.every = 3}}), "001001");
  EXPECT_EQ(refusals_with({.calls = Calls{.first = 2, .last = 4}}), "011100");
  EXPECT_EQ(refusals_with({.calls = Calls{.first = 3}}), "001111");
}

TEST(MisbehaviourRules, CountCallsForEachDevice) {
  PlatformConfig config = three_regions();
  config.limits.mode = LimitsMode::unlimited;
  MisbehavingWorld world(config);
  world.set({.kind = "mqtt_connack", .calls = first_calls(1)});
  EXPECT_EQ(refusals(world, "dev1", 2), "10");
  EXPECT_EQ(refusals(world, "dev2", 2), "10");
}

TEST(MisbehaviourRules, CountACallThatAnotherRuleHasSettled) {
  PlatformConfig config = three_regions();
  config.limits.mode = LimitsMode::unlimited;
  MisbehavingWorld world(config);
  world.set({.name = "first", .kind = "mqtt_connack", .arguments = {{"code", std::int64_t{7}}}, .calls = first_calls(2)});
  world.set({.name = "second", .kind = "mqtt_connack", .arguments = {{"code", std::int64_t{9}}}, .calls = Calls{.first = 2, .last = 3}});
  std::string codes;
  for (int i = 0; i < 4; ++i) codes += std::to_string(world.connack(shanghai, signed_fields("dev1")));
  EXPECT_EQ(codes, "7790");
  EXPECT_EQ(world.fired(), (std::vector<std::string>{"first@dev1", "first@dev1", "second@dev1"}));
}

TEST(MisbehaviourRules, EndByCountAndByTime) {
  EXPECT_EQ(refusals_with({.times = 3}), "111000");
  MisbehavingWorld world;
  world.set({.kind = "mqtt_connack", .lasts = seconds{10}});
  world.now += milliseconds{9999};
  EXPECT_EQ(refusals(world, "dev1", 1), "1");
  EXPECT_FALSE(world.platform.misbehaviour().rules(world.now)[0].over);
  world.now += milliseconds{1};
  EXPECT_EQ(refusals(world, "dev1", 1), "0");
  const auto views = world.platform.misbehaviour().rules(world.now);
  ASSERT_EQ(views.size(), 1U);
  EXPECT_TRUE(views[0].over);
  EXPECT_EQ(views[0].fired, 1U);
  EXPECT_EQ(world.platform.statistics().misbehaviours, 1U);
}

TEST(MisbehaviourRules, AreSeenWithTheCallsThatTheyWereAskedAtAndFiredAt) {
  MisbehavingWorld world(many_devices(1));
  world.set({.kind = "mqtt_connack", .devices = {"a1TestPK001/dev1"}, .calls = Calls{.first = 2, .last = 3}});
  EXPECT_EQ(refusals(world, "dev1", 5), "01100");
  EXPECT_EQ(refusals(world, "meter-0", 1), "0");
  const auto views = world.platform.misbehaviour().rules(world.now);
  ASSERT_EQ(views.size(), 1U);
  EXPECT_EQ(views[0].calls, 5U) << "those of the device that it chose";
  EXPECT_EQ(views[0].fired, 2U);
  const auto told = world.ledger.of(PlatformEventKind::misbehaved);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].product_key + "/" + told[0].device_name + " at " + told[0].instance, "a1TestPK001/dev1 at iotx-oxssharez200");
}

TEST(LateOutput, WhatIsAddedToAnAnswerOnItsWayFollowsItAndCountsAsHeld) {
  LimitCounts limits;
  misbehaviour::LateOutput late(8);
  late.count(&limits);
  const ConnectionId connection{.slot = 3};
  const auto bytes = [](std::string_view text) { return bytes_of(text); };
  EXPECT_FALSE(late.append(connection, bytes("xy"), std::nullopt)) << "nothing is on its way";
  ASSERT_TRUE(late.send_at(Instant{seconds{2}}, connection, bytes("abc")));
  EXPECT_TRUE(late.append(connection, bytes("de"), misbehaviour::LateOutput::Ending::close));
  EXPECT_EQ(late.held_bytes(), 5U);
  EXPECT_FALSE(late.append(connection, bytes("fghi"), std::nullopt)) << "only three more fit";
  EXPECT_EQ(late.overflows(), 1U);
  EXPECT_EQ(limits.of(LimitKind::misbehaviour_held_bytes), 1U);
  EXPECT_TRUE(late.append(connection, bytes("fgh"), std::nullopt));

  late.begin_step();
  EXPECT_FALSE(late.take_due(Instant{seconds{1}}).has_value());
  const auto due = late.take_due(Instant{seconds{2}});
  ASSERT_TRUE(due.has_value());
  EXPECT_EQ(text_of(ByteView{due->bytes}), "abcdefgh");
  EXPECT_EQ(due->ending, misbehaviour::LateOutput::Ending::close);
  EXPECT_EQ(late.held_bytes(), 0U);
  EXPECT_FALSE(late.sends_to(connection));
}

TEST(MisbehaviourRules, ChooseDevicesByNameAndByTheBeginningOfIt) {
  MisbehavingWorld world(many_devices(3));
  world.set({.kind = "mqtt_connack", .devices = {"a1TestPK001/dev2", "a1TestPK001/meter-*"}});
  EXPECT_EQ(refusals(world, "dev1", 1), "0");
  EXPECT_EQ(refusals(world, "dev2", 1), "1");
  EXPECT_EQ(refusals(world, "meter-2", 1), "1");
}

TEST(MisbehaviourRules, ChooseAnInstance) {
  MisbehavingWorld world;
  world.set({.kind = "mqtt_connack", .endpoint = std::string(singapore)});
  world.distribute(shanghai, singapore, {"dev1"});
  EXPECT_EQ(world.connack(shanghai, signed_fields("dev1")), 0);
  EXPECT_EQ(world.connack(singapore, signed_fields("dev1")), 3);
}

std::set<int> chosen(std::uint64_t seed, double share, const std::string& name) {
  const PlatformConfig config = many_devices(400);
  Platform platform(config, Ports{.hmac = openssl_hmac(), .digest = {}, .countries = nullptr, .seed = seed});
  Ledger ledger;
  EXPECT_TRUE(platform.misbehaviour().add({.name = name, .kind = "mqtt_connack", .share = share}, Instant{}).ok());
  std::set<int> devices;
  for (int i = 0; i < 400; ++i) {
    misbehaviour::ConnectAnswer answer;
    const auto device = platform.registry().find_device(product, "meter-" + std::to_string(i));
    if (platform.misbehaviour().act(answer, {.device = device}, {Instant{}, ledger})) devices.insert(i);
  }
  return devices;
}

TEST(MisbehaviourRules, DrawAShareFromTheSeedTheSameInEveryRun) {
  const std::set<int> third = chosen(1, 0.3, "a");
  EXPECT_GT(third.size(), 85U);
  EXPECT_LT(third.size(), 155U);
  EXPECT_EQ(chosen(1, 0.3, "a"), third);
  EXPECT_NE(chosen(2, 0.3, "a"), third) << "another seed";
  EXPECT_NE(chosen(1, 0.3, "b"), third) << "another rule";
  const std::set<int> half = chosen(1, 0.5, "a");
  EXPECT_TRUE(std::includes(half.begin(), half.end(), third.begin(), third.end())) << "a larger share has the smaller one in it";
}

TEST(MisbehaviourRules, AreNamedOnceListedAndRemoved) {
  MisbehavingWorld world;
  misbehaviour::Engine& engine = world.platform.misbehaviour();
  EXPECT_EQ(*engine.add({.kind = "mqtt_connack"}, world.now), "mqtt_connack");
  EXPECT_EQ(*engine.add({.kind = "mqtt_connack"}, world.now), "mqtt_connack-2");
  EXPECT_EQ(engine.add({.name = "mqtt_connack", .kind = "mqtt_kick"}, world.now).error().message,
            "there is a rule \"mqtt_connack\" already");
  EXPECT_TRUE(engine.remove("mqtt_connack"));
  EXPECT_FALSE(engine.remove("mqtt_connack"));
  EXPECT_EQ(engine.rules(world.now).size(), 1U);
  EXPECT_EQ(engine.remove_all(), 1U);
  EXPECT_EQ(refusals(world, "dev1", 1), "0");
}

TEST(MisbehaviourRules, AreBoundedInNumber) {
  PlatformConfig config = three_regions();
  config.limits.misbehaviour_rules = 2;
  MisbehavingWorld world(config);
  for (int i = 0; i < 2; ++i) world.set({.kind = "mqtt_connack"});
  EXPECT_EQ(world.platform.misbehaviour().add({.kind = "mqtt_connack"}, world.now).error().message,
            "there are 2 rules already (limits.misbehaviour_rules)");
  EXPECT_EQ(world.platform.limits_reached().of(LimitKind::misbehaviour_rules), 1U);
}

TEST(MisbehaviourRules, OfTheConfigurationHoldFromTheStart) {
  PlatformConfig config = three_regions();
  config.misbehaviour.push_back({.name = "busy", .kind = "mqtt_connack", .calls = first_calls(1)});
  MisbehavingWorld world(config);
  EXPECT_EQ(refusals(world, "dev1", 2), "10");
  EXPECT_EQ(world.fired(), std::vector<std::string>{"busy@dev1"});
}

TEST(MisbehaviourRules, ThatCannotBeAreRefusedWithWhatIsWrong) {
  const auto problem = [](const Rule& rule) {
    const auto found = misbehaviour::problem_of(rule);
    return found ? found->message : "";
  };
  EXPECT_EQ(problem({.kind = "mqtt_connack"}), "");
  EXPECT_EQ(problem({.kind = "rain"}), "there is no kind \"rain\"");
  EXPECT_EQ(problem({.name = "a b", .kind = "mqtt_kick"}), "name must be 1 to 64 of A-Z a-z 0-9 - _ .");
  EXPECT_EQ(problem({.kind = "mqtt_kick", .arguments = {{"code", std::int64_t{1}}}}), "code is unknown");
  EXPECT_EQ(problem({.kind = "mqtt_connack", .arguments = {{"code", std::int64_t{0}}}}), "code must be a whole number from 1 to 255");
  EXPECT_EQ(problem({.kind = "mqtt_connack", .arguments = {{"code", std::string{"x"}}}}), "code must be a whole number from 1 to 255");
  EXPECT_EQ(problem({.kind = "mqtt_kick", .arguments = {{"after", Duration{seconds{-1}}}}}),
            "after must be a duration from 0 to 3600000 ms");
  EXPECT_EQ(problem({.kind = "bootstrap_cut", .arguments = {{"within", std::string{"middle"}}}}), "within must be one of body headers");
  EXPECT_EQ(problem({.kind = "bootstrap_wrong_host", .arguments = {{"host", std::string{"a\"b"}}}}),
            "host must be a text of 1 to 128 printable characters without quotes");
  EXPECT_EQ(problem({.kind = "mqtt_kick", .share = 0}), "share must be above 0 and at most 1");
  EXPECT_EQ(problem({.kind = "mqtt_kick", .devices = {"dev1"}}),
            "devices must be like productKey/deviceName or productKey/meter-*, not \"dev1\"");
  EXPECT_EQ(problem({.kind = "mqtt_kick", .calls = Calls{.first = 3, .last = 2}}),
            "calls must be counted from 1, from a smaller to a larger number");
  EXPECT_EQ(problem({.kind = "tls_expired", .devices = {"a/b"}}),
            "devices cannot be chosen for tls_expired: nobody knows yet whose handshake it is");
  EXPECT_EQ(problem({.kind = "job_stall", .devices = {"a/b"}}), "devices cannot be chosen for job_stall: it befalls jobs");
  EXPECT_EQ(problem({.kind = "mqtt_kick", .endpoint = "bootstrap"}), "endpoint: mqtt_kick does not happen at the bootstrap endpoint");
  EXPECT_EQ(problem({.kind = "bootstrap_cut", .endpoint = "iotx-1"}), "endpoint: bootstrap_cut happens at the bootstrap endpoint only");
  MisbehavingWorld world;
  EXPECT_EQ(world.platform.misbehaviour().add({.kind = "mqtt_kick", .endpoint = "nowhere"}, world.now).error().message,
            "endpoint: there is no instance \"nowhere\"");
}

TEST(MisbehaviourRules, OfAConfigurationAreInspected) {
  PlatformConfig config = three_regions();
  config.misbehaviour = {{.name = "a", .kind = "mqtt_kick", .endpoint = "nowhere"}, {.name = "a", .kind = "rain"}};
  std::vector<std::string> told;
  for (const ConfigProblem& problem : problems_of(config)) told.push_back(problem.path + ": " + problem.message);
  EXPECT_EQ(told, (std::vector<std::string>{"misbehaviour[0].endpoint: there is no instance \"nowhere\"",
                                            "misbehaviour[1]: there is no kind \"rain\"", "misbehaviour[1].name: \"a\" is defined twice"}));
}

TEST(MisbehaviourKinds, HaveNamesOfTheirOwnAndStandardArguments) {
  std::set<std::string_view> names;
  for (const misbehaviour::Kind& kind : misbehaviour::kinds()) {
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    EXPECT_FALSE(kind.summary.empty());
    EXPECT_FALSE(misbehaviour::problem_of({.kind = std::string(kind.name)}).has_value()) << kind.name;
  }
  EXPECT_EQ(names.size(), 43U);
}

}  // namespace
}  // namespace fleetsim::platform::broker_test
