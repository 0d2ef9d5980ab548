// Firmware cores behind devicecore/abi/device_core.h: which libraries are taken, what a core that breaks a rule costs, and the example in C
// in the whole exam.
#include "sim/conformance/duts/core_dut.hpp"

#include <chrono>
#include <fstream>
#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "sim/conformance/duts/call_watch.hpp"
#include "sim/conformance/examiner.hpp"
#include "sim/conformance/reports/sheet_text.hpp"
#include "sim/conformance/selection.hpp"
#include "sim/faults/fault_spec.hpp"

namespace fleetsim::sim {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string faulty(const std::string& name) { return std::string(FAULTY_CORES) + "/faulty_core_" + name + ".so"; }

std::string refusal_of(const std::string& path) {
  const auto dut = make_core_dut(path);
  return dut ? std::string{} : dut.error();
}

TEST(CoreLibrary, ThatIsNotThereIsNamed) {
  EXPECT_THAT(refusal_of("/nowhere/core.so"),
              AllOf(HasSubstr("there is no file \"/nowhere/core.so\""), HasSubstr("expected a shared library")));
  EXPECT_THAT(refusal_of(FAULTY_CORES), HasSubstr("there is no file")) << "a folder is none";
}

TEST(CoreLibrary, ThatIsNoneIsToldWithTheLoadersReason) {
  const std::string text = testing::TempDir() + "no_core.so";
  std::ofstream(text) << "a text";
  EXPECT_THAT(refusal_of(text), AllOf(HasSubstr("cannot be loaded"), HasSubstr("file too short")));
}

TEST(CoreLibrary, WithoutAFunctionIsToldWhichOnesItLacks) {
  EXPECT_THAT(refusal_of(faulty("no_step")), HasSubstr("it has no device_core_step, device_core_deadline; expected"));
}

TEST(CoreLibrary, OfAnotherVersionIsRefused) {
  EXPECT_THAT(refusal_of(faulty("other_version")),
              HasSubstr("was made for version 99 of devicecore/abi/device_core.h; expected version 1"));
}

/// Switched on for a while, off in order, and looked at.
Examined examined_by(const std::string& path) {
  const Requirement on_and_off{
      .id = "TEST-01", .level = Level::must, .text = "comes and goes", .clause = {"test", "it comes and goes"}, .examine = [](Exam& exam) {
        exam.power_on();
        exam.wait(std::chrono::minutes{1});
        exam.power_off();
        exam.wait(std::chrono::minutes{1});
        exam.fail("nothing", "this is found in any case");
      }};
  auto dut = make_core_dut(path);
  if (!dut) return {.reason = dut.error()};
  Examined one = examine(**dut, {&on_and_off}, {}).examined.front();
  one.requirement = nullptr;  // it lived here
  return one;
}

struct FaultyCore {
  const char* name;
  const char* words;
};

class BadCore : public testing::TestWithParam<FaultyCore> {};

TEST_P(BadCore, IsStoppedAndWhatWasExaminedIsInconclusiveWithTheReason) {
  const Examined one = examined_by(faulty(GetParam().name));
  EXPECT_EQ(one.verdict, ExamVerdict::inconclusive) << "whatever was found does not count";
  EXPECT_THAT(one.reason, HasSubstr(GetParam().words));
}

constexpr FaultyCore faulty_cores[] = {
    {"is_none", "device_core_create() makes none: the moon is not full"},
    {"wild_reason", "device_core_create() makes none: a reason of 8 bytes lies where there is no memory"},
    {"tells_secret", "device_core_create() makes none: (its device secret)"},
    {"spins", "it spins: more than 10000 steps of its own making within a second"},
    {"spins_slowly", "it spins: more than 10000 steps of its own making within a second"},
    {"writes_for_ever", "it spins: more than 10000 steps of its own making within a second"},
    {"restarts_for_ever", "it spins: more than 10000 steps of its own making within a second"},
    {"opens_for_ever", "it spins: more than 10000 steps of its own making within a second"},
    {"wild_list", "the list of outputs of 96 bytes lies where there is no memory"},
    {"wild_bytes", "LOG: text of 8 bytes lies where there is no memory"},
    {"too_many", "33 outputs in one step; at most 32 may be"},
    {"other_size", "output_size is 8; expected sizeof(device_core_output)"},
    {"kind_forgotten", "there is no output of kind 0"},
    {"sends_early", "SEND: the link of leg 0 is not open"},
    {"opens_twice", "OPEN_LINK: leg 0 has a link already"},
    {"no_port", "OPEN_LINK: 70000 is no port"},
    {"no_leg", "OPEN_LINK: there is no leg 7"},
    {"no_slot", "WRITE_FLASH: there is no slot 3"},
    {"long_slot", "WRITE_FLASH: 161 bytes; a slot takes 1 to 160"},
    {"reads_nothing", "times in a row"},
    {"reads_too_much", "bytes_left is"},
    {"stays_on", "switched off, it did not tell POWERED_OFF within 30 s"},
    {"shows_secret", "the core writes its device secret into its log"},
    {"early_online", "ONLINE without an MQTT link"},
    {"blank_host", "a host with white space"},
    {"image_too_long", "WRITE_IMAGE: 1 bytes at 0 of an image of 0"},
    {"two_parts", "WRITE_IMAGE: a part is being written"},
    {"restarts_early", "RESTART: there is a link yet"},
};

INSTANTIATE_TEST_SUITE_P(Each, BadCore, testing::ValuesIn(faulty_cores),
                         [](const testing::TestParamInfo<FaultyCore>& core) { return std::string(core.param.name); });

TEST(CoreDut, ACallThatDoesNotReturnEndsTheExamWithWordsAndExitCode3) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto call_for_ever = [] {
    CallWatch watch("core:deaf.so", std::chrono::milliseconds{50});
    const CallWatch::Call call(watch.caller(), "device_core_step()");
    std::promise<void>().get_future().wait();
  };
  EXPECT_EXIT(call_for_ever(), testing::ExitedWithCode(3), "core:deaf.so: device_core_step\\(\\) has not returned for 0.05 s");
}

TEST(CoreDut, CallsThatReturnMayGoOnForLongerThanTheWatchIsPatient) {
  CallWatch watch("core:busy.so", std::chrono::milliseconds{500});
  CallWatch::Caller& caller = watch.caller();
  for (int i = 0; i < 70; ++i) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds{10};
    const CallWatch::Call call(caller, "device_core_step()");
    while (std::chrono::steady_clock::now() < end) {
    }
  }
  watch.forget(caller);
}

TEST(CoreDut, ACoreThatBreaksNoRuleIsJudgedAndItsLogStandsInTheTimeline) {
  const Examined one = examined_by(faulty("none"));
  EXPECT_EQ(one.verdict, ExamVerdict::fail) << one.reason;
  ASSERT_FALSE(one.timeline.entries.empty());
  const TraceNote& first = one.timeline.entries.front().note;
  EXPECT_EQ(first.kind, "log");
  EXPECT_EQ(first.detail, "good morning");
  EXPECT_EQ(first.at, Instant{});
}

TEST(CoreDut, ACoreIsToldTheTimeOfDayHoweverWrongSomebodyHasSetIt) {
  const Requirement asked{
      .id = "TEST-01", .level = Level::must, .text = "tells the time", .clause = {"test", "it does"}, .examine = [](Exam& exam) {
        exam.power_on();
        exam.wait(std::chrono::seconds{1});
        exam.cut_power();
        exam.set_clock(-std::chrono::hours{24});
        exam.power_on();
        exam.wait(std::chrono::seconds{1});
        exam.fail("nothing", "this is found in any case");
      }};
  const auto dut = make_core_dut(faulty("tells_clock"));
  ASSERT_TRUE(dut) << dut.error();
  std::string log;  // to a hundred seconds
  const ExamSheet sheet = examine(**dut, {&asked}, {});
  for (const TimelineEntry& entry : sheet.examined.front().timeline.entries)
    if (entry.note.detail.starts_with("clock ")) log += entry.note.detail.substr(0, std::string_view("clock 17672256").size()) + ";";
  EXPECT_EQ(log, "clock 17672256;clock 17671392;") << "2026-01-01, and the day before";
}

TEST(CoreDut, ASecretInTheLogIsNotShownAgain) {
  const Examined one = examined_by(faulty("shows_secret"));
  std::string log;
  for (const TimelineEntry& entry : one.timeline.entries) log += entry.note.detail + "\n";
  EXPECT_THAT(log, HasSubstr("(its device secret)"));
}

TEST(ExampleCore, PassesWhateverAppliesToIt) {
  const auto dut = make_core_dut(EXAMPLE_CORE);
  ASSERT_TRUE(dut) << dut.error();
  for (const Examined& one : examine(**dut, *select({}), {.threads = 2}).examined)
    EXPECT_TRUE(one.verdict == ExamVerdict::pass || one.verdict == ExamVerdict::not_applicable)
        << examined_line(one) << examined_details(one);
}

/// What the example does under a fault, as the requirement says.
Examined example_under(void (*examine_it)(Exam& exam)) {
  const Requirement asked{
      .id = "TEST-02", .level = Level::must, .text = "lives in this world", .clause = {"test", "it does"}, .examine = examine_it};
  const auto dut = make_core_dut(EXAMPLE_CORE);
  if (!dut) return {.verdict = ExamVerdict::inconclusive, .reason = dut.error()};
  Examined one = examine(**dut, {&asked}, {}).examined.front();
  one.requirement = nullptr;
  return one;
}

TEST(ExampleCore, LosesItsPowerWhenTheWorldsFaultsSaySo) {
  const Examined one = example_under([](Exam& exam) {
    if (!exam.comes_online()) return;
    const Instant begin = exam.now();
    exam.inject("power_cut", {{"probability", static_cast<std::int64_t>(share_whole / 2)}, {"at", 0}, {"off", 5'000'000}});
    exam.wait(std::chrono::minutes{5});
    const std::size_t links = exam.seen().of(device::Leg::mqtt, begin).size();
    exam.expect(links >= 2, "two more links at least, for its power goes again and again", std::to_string(links));
  });
  EXPECT_EQ(one.verdict, ExamVerdict::pass) << one.reason << (one.findings.empty() ? "" : one.findings.front().actual);
}

TEST(ExampleCore, HasAClockThatFaultsMakeFast) {
  const Examined one = example_under([](Exam& exam) {
    if (!exam.comes_online()) return;
    exam.inject("clock_skew", {{"ppm", 100'000}});
    exam.wait(std::chrono::minutes{5});
    std::vector<Instant> pings;
    for (const SeenLink& link : exam.seen().links())
      for (const SeenMessage& message : link.messages)
        if (message.is("PINGREQ")) pings.push_back(message.at);
    if (pings.size() < 3) return exam.inconclusive("no three pings");
    const Duration gap = pings.back() - pings[pings.size() - 2];
    exam.expect(gap < std::chrono::seconds{42}, "45 s of its own in 41 s of the world", seconds_words(gap));
  });
  EXPECT_EQ(one.verdict, ExamVerdict::pass) << one.reason << (one.findings.empty() ? "" : one.findings.front().actual);
}

TEST(ExampleCore, DoesTheSameAgainHoweverManyOfItLiveAtATime) {
  const auto dut = make_core_dut(EXAMPLE_CORE);
  ASSERT_TRUE(dut) << dut.error();
  const auto chosen = *select({.groups = {"RETRY", "PERSIST", "OTA"}});
  const ExamSheet alone = examine(**dut, chosen, {.threads = 1});
  const ExamSheet together = examine(**dut, chosen, {.threads = 4});
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    EXPECT_EQ(examined_line(alone.examined[i]), examined_line(together.examined[i]));
    EXPECT_EQ(examined_details(alone.examined[i]), examined_details(together.examined[i]));
    EXPECT_EQ(alone.examined[i].simulated, together.examined[i].simulated);
  }
}

}  // namespace
}  // namespace fleetsim::sim
