// What a device does by nature: found out from the wire, declared by a file, and what follows for requirements.
#include "sim/conformance/capabilities.hpp"

#include <atomic>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/conformance/capabilities_file.hpp"
#include "sim/conformance/discovery.hpp"
#include "sim/conformance/duts/list.hpp"
#include "sim/conformance/examiner.hpp"
#include "tests/sim/conformance/still_dut.hpp"

namespace fleetsim::sim {
namespace {

using testing::HasSubstr;

std::string shown(const Capabilities& all, CapabilityKey key) { return capability_text(all[key].value); }

Capabilities found_out(const std::string& profile) {
  const auto dut = make_dut("virtual:" + profile);
  Discovery found = discover(**dut, {});
  EXPECT_TRUE(found.has_shown_life);
  EXPECT_EQ(found.problem, "");
  found.capabilities.add(discover_more(**dut, {}));
  return found.capabilities;
}

TEST(Discovery, SeesTheReferenceAsItIs) {
  const Capabilities all = found_out("reference");
  EXPECT_EQ(shown(all, CapabilityKey::bootstraps), "yes");
  EXPECT_EQ(shown(all, CapabilityKey::answers_notify), "yes");
  EXPECT_EQ(shown(all, CapabilityKey::moves), "yes");
  EXPECT_EQ(shown(all, CapabilityKey::keeps_endpoint), "yes");
  EXPECT_EQ(shown(all, CapabilityKey::mqtt_level), "4");
  EXPECT_EQ(shown(all, CapabilityKey::keep_alive_s), "60");
  EXPECT_EQ(shown(all, CapabilityKey::sign_method), "hmacsha256");
  EXPECT_EQ(shown(all, CapabilityKey::subscribes), "no");
  EXPECT_THAT(shown(all, CapabilityKey::publish_qos), HasSubstr("1"));
  EXPECT_THAT(shown(all, CapabilityKey::backoff), HasSubstr("exponential"));
  EXPECT_EQ(shown(all, CapabilityKey::tls_versions), "TLS 1.2");
  EXPECT_THAT(shown(all, CapabilityKey::tls_suites), HasSubstr("0x"));
}

/// Halts a bench of another device at that moment, as the end of a budget does.
class HaltedBench final : public Bench {
 public:
  HaltedBench(Bench& bench, Instant at, std::atomic<bool>& stop) : bench_(bench), at_(at), stop_(stop) {}
  const Candidate& candidate() const override { return bench_.candidate(); }
  const std::vector<Station>& stations() const override { return bench_.stations(); }
  Instant now() const override { return bench_.now(); }
  bool pass(Duration duration) override {
    stop_ = stop_ || bench_.now() >= at_;
    return !stop_ && bench_.pass(duration);
  }
  Duration look() const override { return bench_.look(); }
  const Seen& seen() const override { return bench_.seen(); }
  std::string power(PowerOrder order) override { return bench_.power(order); }
  std::string reset_to_factory() override { return bench_.reset_to_factory(); }
  void with_platform(const std::function<void(platform::Platform&, platform::Output&, Instant)>& work) override {
    bench_.with_platform(work);
  }
  std::string misbehave(const platform::MisbehaviourRule& rule) override { return bench_.misbehave(rule); }
  std::string inject(const FaultSpec& fault) override { return bench_.inject(fault); }
  void heal() override { bench_.heal(); }

 private:
  Bench& bench_;
  Instant at_;
  std::atomic<bool>& stop_;
};

class HaltedDut final : public DutAdapter {
 public:
  HaltedDut(DutAdapter& dut, Instant at) : dut_(dut), at_(at) {}
  const std::string& name() const override { return dut_.name(); }
  std::uint16_t can() const override { return static_cast<std::uint16_t>(dut_.can() & ~needs::tls); }
  bool in_parallel() const override { return true; }
  Result<BenchRecord, std::string> with_bench(const BenchOrder& order, const std::function<void(Bench&)>& work) override {
    return dut_.with_bench({.requirement = order.requirement, .seed = order.seed}, [&](Bench& bench) {
      HaltedBench halted(bench, at_, stop);
      work(halted);
    });
  }
  std::atomic<bool> stop{false};

 private:
  DutAdapter& dut_;
  Instant at_;
};

TEST(Discovery, WhatARunThatWasHaltedDidNotSeeIsNotThatItDoesNot) {
  const auto dut = make_dut("virtual:legacy");
  EXPECT_EQ(shown(discover_more(**dut, {}), CapabilityKey::moves), "no");
  HaltedDut halted(**dut, Instant{std::chrono::seconds{20}});
  EXPECT_EQ(shown(discover_more(halted, {.stop = &halted.stop}), CapabilityKey::moves), "?");
}

TEST(Discovery, OfARunThatWasHaltedNotesNothing) {
  const auto dut = make_dut("virtual:reference");
  const std::atomic<bool> stop{true};
  EXPECT_FALSE(discover(**dut, {.stop = &stop}).capabilities.is_known());
  EXPECT_FALSE(discover_more(**dut, {.stop = &stop}).is_known());
}

TEST(Discovery, SeesWhatOtherFirmwareDoesOtherwise) {
  const Capabilities vendor = found_out("linksdk-4");
  EXPECT_EQ(shown(vendor, CapabilityKey::keep_alive_s), "1200");
  EXPECT_EQ(shown(vendor, CapabilityKey::keeps_endpoint), "no");
  const Capabilities node = found_out("node-sdk");
  EXPECT_EQ(shown(node, CapabilityKey::bootstraps), "no");
  EXPECT_EQ(shown(node, CapabilityKey::moves), "no");
  EXPECT_EQ(shown(node, CapabilityKey::subscribes), "yes");
  EXPECT_EQ(shown(node, CapabilityKey::clean_session), "no");
  EXPECT_EQ(shown(node, CapabilityKey::sign_method), "hmacsha1");
  EXPECT_THAT(shown(node, CapabilityKey::backoff), HasSubstr("constant"));
  EXPECT_EQ(shown(found_out("mutant-no-reply"), CapabilityKey::answers_notify), "no");
  EXPECT_EQ(shown(found_out("mutant-forgets-endpoint"), CapabilityKey::keeps_endpoint), "no");
}

TEST(Discovery, OfADeviceThatDoesNothingKnowsNothing) {
  StillDut dut;
  const Discovery found = discover(dut, {});
  EXPECT_FALSE(found.has_shown_life);
  EXPECT_FALSE(found.capabilities.is_known());
  dut.problem = "no ports";
  EXPECT_EQ(discover(dut, {}).problem, "no ports");
}

TEST(Capabilities, KeepWhatIsKnownAndTakeTheRestFromOthers) {
  Capabilities first;
  first.set(CapabilityKey::keep_alive_s, std::int64_t{60}, CapabilityOrigin::declared);
  Capabilities more;
  more.set(CapabilityKey::keep_alive_s, std::int64_t{90}, CapabilityOrigin::discovered);
  more.set(CapabilityKey::moves, true, CapabilityOrigin::discovered);
  first.add(more);
  EXPECT_EQ(shown(first, CapabilityKey::keep_alive_s), "60");
  EXPECT_EQ(shown(first, CapabilityKey::moves), "yes");
}

TEST(Capabilities, ALongListIsShortForPeople) {
  EXPECT_EQ(capability_text(std::vector<std::string>(11, "x")), "x, x, x, x, x, x, x, x and 3 more");
}

TEST(Capabilities, WhatADeviceLacksDoesNotApplyToItWithTheReason) {
  StillDut dut;
  const Requirement about_subscriptions{.id = "A-01",
                                        .level = Level::must,
                                        .text = "is so",
                                        .clause = {"test", "it is so"},
                                        .wants = wants::subscriptions,
                                        .examine = [](Exam& exam) { exam.fail("this", "that"); }};
  Capabilities capabilities;
  EXPECT_EQ(examine(dut, {&about_subscriptions}, {.capabilities = capabilities}).examined.front().verdict, ExamVerdict::fail)
      << "what nobody knows decides nothing";
  capabilities.set(CapabilityKey::subscribes, false, CapabilityOrigin::discovered);
  const Examined lacks = examine(dut, {&about_subscriptions}, {.capabilities = capabilities}).examined.front();
  EXPECT_EQ(lacks.verdict, ExamVerdict::not_applicable);
  EXPECT_EQ(lacks.reason, "it subscribes to nothing, as was found out at the beginning");
  capabilities.set(CapabilityKey::subscribes, true, CapabilityOrigin::discovered);
  EXPECT_EQ(examine(dut, {&about_subscriptions}, {.capabilities = capabilities}).examined.front().verdict, ExamVerdict::fail);
}

TEST(Capabilities, ADeviceThatDoesNotDoWhatIsDeclaredIsNotLetOff) {
  StillDut dut;
  const Requirement about_subscriptions{.id = "A-01",
                                        .level = Level::must,
                                        .text = "is so",
                                        .clause = {"test", "it is so"},
                                        .wants = wants::subscriptions,
                                        .examine = [](Exam& exam) { exam.not_applicable("it subscribes to nothing"); }};
  Capabilities capabilities;
  capabilities.set(CapabilityKey::subscribes, true, CapabilityOrigin::declared);
  const Examined examined = examine(dut, {&about_subscriptions}, {.capabilities = capabilities}).examined.front();
  EXPECT_EQ(examined.verdict, ExamVerdict::inconclusive);
  EXPECT_EQ(examined.reason, "it subscribes to nothing, though the capability file says that it does");
}

TEST(Capabilities, EveryWantIsDecidedByWhatIsKnown) {
  Capabilities all;
  all.set(CapabilityKey::keep_alive_s, std::int64_t{0}, CapabilityOrigin::discovered);
  all.set(CapabilityKey::publish_qos, std::vector<std::string>{"0"}, CapabilityOrigin::discovered);
  all.set(CapabilityKey::clean_session, true, CapabilityOrigin::declared);
  EXPECT_EQ(all.lacking(wants::keep_alive), "it asks for no keep-alive, as was found out at the beginning");
  EXPECT_EQ(all.lacking(wants::confirmed_publishes), "it publishes nothing with QoS 1, as was found out at the beginning");
  EXPECT_EQ(all.lacking(wants::kept_session), "it connects with a clean session, as the capability file says");
  EXPECT_EQ(all.lacking(wants::subscriptions), "");
  all.set(CapabilityKey::keep_alive_s, std::int64_t{60}, CapabilityOrigin::discovered);
  EXPECT_EQ(all.lacking(wants::keep_alive), "");
}

TEST(CapabilityFile, ReadsWhatItWritesAsDeclared) {
  Capabilities found;
  found.set(CapabilityKey::keep_alive_s, std::int64_t{60}, CapabilityOrigin::discovered);
  found.set(CapabilityKey::subscribes, false, CapabilityOrigin::discovered);
  found.set(CapabilityKey::publish_qos, std::vector<std::string>{"0", "1"}, CapabilityOrigin::discovered);
  found.set(CapabilityKey::backoff, std::string("exponential, jitter"), CapabilityOrigin::discovered);
  const auto read = parse_capabilities(capabilities_file({.dut = "still", .seed = 1}, found), "c.json");
  ASSERT_TRUE(read.ok()) << read.error();
  for (std::size_t i = 0; i < capability_count; ++i) {
    EXPECT_EQ((*read)[capability_at(i)].value, found[capability_at(i)].value) << capability_name(capability_at(i));
    const bool is_known = found[capability_at(i)].origin != CapabilityOrigin::unknown;
    EXPECT_EQ((*read)[capability_at(i)].origin, is_known ? CapabilityOrigin::declared : CapabilityOrigin::unknown);
  }
}

TEST(CapabilityFile, CountsMoreThanWhatWasSeen) {
  Capabilities seen;
  seen.set(CapabilityKey::keep_alive_s, std::int64_t{60}, CapabilityOrigin::discovered);
  seen.set(CapabilityKey::subscribes, false, CapabilityOrigin::discovered);
  const auto declared = parse_capabilities(R"({"schema_version": 1, "capabilities": {"keep_alive_s": 90, "subscribes": null}})", "c.json");
  ASSERT_TRUE(declared.ok()) << declared.error();
  seen.override_by(*declared);
  EXPECT_EQ(shown(seen, CapabilityKey::keep_alive_s), "90");
  EXPECT_EQ(seen[CapabilityKey::subscribes].origin, CapabilityOrigin::discovered) << "null declares nothing";
}

TEST(CapabilityFile, SaysWhatIsWrongWithIt) {
  const auto error = [](std::string_view text) {
    const auto read = parse_capabilities(text, "c.json");
    return read.ok() ? std::string("taken") : read.error();
  };
  EXPECT_THAT(error("{\n\"a\" 1}"), HasSubstr("c.json:2:"));
  EXPECT_THAT(error("{}"), HasSubstr("c.json is no capability file: expected \"schema_version\": 1"));
  EXPECT_THAT(error(R"({"schema_version": 1})"), HasSubstr("expected an object \"capabilities\""));
  EXPECT_THAT(error(R"({"schema_version": 1, "capabilities": {"keepalive": 1}})"),
              HasSubstr("there is no capability \"keepalive\"; there are bootstraps, "));
  EXPECT_THAT(error(R"({"schema_version": 1, "capabilities": {"keep_alive_s": "60"}})"),
              HasSubstr("\"keep_alive_s\" is expected to be a number, 0 or more, or null"));
  EXPECT_THAT(error(R"({"schema_version": 1, "capabilities": {"keep_alive_s": -1}})"), HasSubstr("a number, 0 or more"));
  EXPECT_THAT(error(R"({"schema_version": 1, "capabilities": {"publish_qos": [1]}})"), HasSubstr("a list of texts"));
  EXPECT_THAT(error(R"({"schema_version": 1, "capabilities": {"subscribes": "yes"}})"), HasSubstr("true or false"));
  EXPECT_THAT(read_capabilities("/nowhere/c.json").error(), HasSubstr("cannot read /nowhere/c.json"));
}

}  // namespace
}  // namespace fleetsim::sim
