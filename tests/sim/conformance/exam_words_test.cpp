// Words of an exam that not every bench knows: clocks, writes to a flash, and what was done wrong without any effect.
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/conformance/duts/list.hpp"
#include "sim/conformance/exam.hpp"
#include "sim/conformance/examiner.hpp"
#include "sim/conformance/requirements/list.hpp"

namespace fleetsim::sim {
namespace {

using namespace std::chrono_literals;

/// Tells what it was asked for.
class TellingBench final : public Bench {
 public:
  const Candidate& candidate() const override { return candidate_; }
  const std::vector<Station>& stations() const override { return stations_; }
  Instant now() const override { return {}; }
  bool pass(Duration) override { return true; }
  Duration look() const override { return 1s; }
  const Seen& seen() const override { return seen_; }
  std::string power(PowerOrder order) override {
    asked.emplace_back(order == PowerOrder::on ? "on" : "off");
    return {};
  }
  std::string reset_to_factory() override { return {}; }
  std::string set_clock(Duration error) override {
    asked.push_back("clock " + std::to_string(error / 1s));
    return clock_problem;
  }
  bool sets_running_clock() const override { return sets_while_on; }
  std::optional<std::uint64_t> flash_writes() override { return writes; }
  void with_platform(const std::function<void(platform::Platform&, platform::Output&, Instant)>&) override {}
  std::string misbehave(const platform::MisbehaviourRule& rule) override {
    rules_.push_back(rule.kind);
    return {};
  }
  std::string inject(const FaultSpec& fault) override {
    rules_.push_back(fault.kind);
    return {};
  }
  void heal() override {
    for (const std::string& kind : rules_) count_healed(kind + "-2", acts[kind]);
    rules_.clear();
  }

  std::vector<std::string> asked;
  std::map<std::string, std::uint64_t> acts;  // how often each kind acts
  std::string clock_problem;
  bool sets_while_on = true;
  std::optional<std::uint64_t> writes;

 private:
  Candidate candidate_{.product_key = "pk", .device_name = "dn", .device_secret = "s", .product_secret = {}};
  std::vector<Station> stations_{{.instance = "i", .region = "r", .host = "h", .port = 1}};
  Seen seen_;
  std::vector<std::string> rules_;
};

TEST(ExamWords, AClockThatCanBeSetOnlyWhileTheDeviceIsOffCostsAPowerCycle) {
  TellingBench bench;
  bench.sets_while_on = false;
  Exam exam(bench, {});
  exam.set_clock(-24h);
  exam.power_on();
  exam.set_clock(0s);
  EXPECT_EQ(bench.asked, (std::vector<std::string>{"clock -86400", "on", "off", "clock 0", "on"}));
  bench.asked.clear();
  bench.sets_while_on = true;
  exam.set_clock(1s);
  EXPECT_EQ(bench.asked, (std::vector<std::string>{"clock 1"}));
}

TEST(ExamWords, AClockThatCannotBeSetMakesItInconclusiveAndSaysWhy) {
  TellingBench bench;
  bench.clock_problem = "it has none";
  Exam exam(bench, {});
  exam.set_clock(1s);
  EXPECT_EQ(exam.verdict(), ExamVerdict::inconclusive);
  EXPECT_EQ(exam.reason(), "it has none");
}

TEST(ExamWords, WritesThatNobodySeesMakeItInconclusive) {
  TellingBench bench;
  Exam exam(bench, {});
  EXPECT_FALSE(exam.flash_writes().has_value());
  EXPECT_EQ(exam.verdict(), ExamVerdict::inconclusive);
  bench.writes = 3;
  Exam other(bench, {});
  EXPECT_EQ(other.flash_writes(), 3U);
  EXPECT_EQ(other.verdict(), ExamVerdict::pass);
}

TEST(ExamWords, APassIsNoneWhenWhatItIsAboutNeverBefellTheDevice) {
  TellingBench bench;
  bench.acts = {{"mqtt_connack", 2}};
  Exam exam(bench, {});
  exam.misbehave("mqtt_connack");
  exam.heal();
  exam.inject("power_cut");
  exam.finish();
  EXPECT_EQ(exam.verdict(), ExamVerdict::inconclusive);
  EXPECT_EQ(exam.reason(), "what it is about never happened: power_cut never befell the device");
}

TEST(ExamWords, WhatADeviceThatDoesRightNeedNotMeetIsNotDemandedAndAFailureStands) {
  TellingBench bench;
  Exam right(bench, {});
  right.may_never_act("mqtt_connack");
  right.misbehave("mqtt_connack");
  right.finish();
  EXPECT_EQ(right.verdict(), ExamVerdict::pass);
  Exam wrong(bench, {});
  wrong.inject("power_cut");
  wrong.fail("this", "that");
  wrong.finish();
  EXPECT_EQ(wrong.verdict(), ExamVerdict::fail);
}

/// For the time of `work`, on a bench in simulated time.
void on_bench_of(std::string_view dut, std::uint16_t needs, const std::function<void(Exam&)>& work) {
  auto adapter = make_dut(dut);
  ASSERT_TRUE(adapter);
  const Requirement requirement{.id = "TEST-01", .level = Level::must, .text = "x", .clause = {"a", "b"}, .needs = needs};
  const auto record = (*adapter)->with_bench({.requirement = requirement}, [&](Bench& bench) {
    Exam exam(bench, {});
    work(exam);
  });
  ASSERT_TRUE(record) << record.error();
}

TEST(VirtualBench, ADeviceWhoseClockIsTenYearsSlowTakesNoCertificateAndOneWhoseClockIsRightDoes) {
  on_bench_of("virtual:reference", needs::power | needs::tls | needs::clock, [](Exam& exam) {
    exam.set_clock(-24h * 3652);
    exam.power_on();
    EXPECT_EQ(exam.await_online({}, 5min), nullptr);
    EXPECT_FALSE(exam.seen().links().empty());
    exam.set_clock(0s);
    EXPECT_NE(exam.await_online({}, 5min), nullptr);
  });
}

TEST(VirtualBench, SeesEachWriteToAFlash) {
  on_bench_of("virtual:reference", needs::power, [](Exam& exam) {
    EXPECT_EQ(exam.flash_writes(), 0U);
    ASSERT_TRUE(exam.comes_online());
    EXPECT_EQ(exam.flash_writes(), 1U) << "where it belongs";
    const Instant told = exam.now();
    ASSERT_TRUE(exam.distribute(1));
    ASSERT_NE(exam.await_online_at(1, told, 5min), nullptr);
    EXPECT_EQ(exam.flash_writes(), 2U);
  });
}

TEST(VirtualBench, CountsHowOftenWhatIsDoneWrongBefellTheDevice) {
  on_bench_of("virtual:reference", needs::power | needs::network, [](Exam& exam) {
    ASSERT_TRUE(exam.comes_online());
    exam.inject("bootstrap_outage");
    exam.wait(1min);
    exam.heal();
    EXPECT_EQ(exam.bench().acted("bootstrap_outage"), 0U) << "it asks nothing while it is online";
    exam.inject("power_cut", {{"probability", static_cast<std::int64_t>(share_whole)}, {"at", 1}});
    ASSERT_TRUE(exam.distribute(1));
    exam.wait(1min);
    exam.heal();
    EXPECT_GT(exam.bench().acted("power_cut"), 0U);
  });
}

/// What applies to it, it passes: requirements about kept sessions are seen to pass, too.
TEST(Exam, ADeviceThatKeepsItsSessionsPassesWhateverApplies) {
  auto adapter = make_dut("virtual:kept-session");
  ASSERT_TRUE(adapter);
  std::vector<const Requirement*> all;
  for (const Requirement& one : requirements()) all.push_back(&one);
  std::size_t passed = 0;
  for (const Examined& one : examine(**adapter, all, {.threads = 2}).examined) {
    EXPECT_TRUE(one.verdict == ExamVerdict::pass || one.verdict == ExamVerdict::not_applicable)
        << one.requirement->id << ": " << one.reason << (one.findings.empty() ? "" : one.findings.front().actual);
    if (one.verdict == ExamVerdict::pass && (one.requirement->wants & wants::kept_session) != 0) ++passed;
  }
  EXPECT_EQ(passed, 2U);
}

}  // namespace
}  // namespace fleetsim::sim
