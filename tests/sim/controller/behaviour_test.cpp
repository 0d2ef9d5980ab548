// Somebody's firmware logic around our core: watching changes nothing, and what it swallows, changes and orders has its effect.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "sim/world/run_taps.hpp"
#include "tests/sim/controller/scripted_behaviour.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace test;
using device::EventKind;

MessageFate goes_on(BehaviourHost&, const BehaviourMessage&) { return {}; }
MessageFate of_kind(MessageFate::Kind kind) { return {.kind = kind}; }

const Scripted::Script watching{.power_on = [](BehaviourHost&) {},
                                .event = [](BehaviourHost&, const device::Event&) {},
                                .message = goes_on,
                                .send = goes_on,
                                .timer = [](BehaviourHost&, std::string_view) {}};

constexpr std::int64_t a_ms = 1000;

/// Lost and sliced segments, cut power, wrong clocks, notifies that come twice.
Scenario hard_moving(std::uint32_t devices) {
  Scenario scenario = moving(devices);
  scenario.faults = {{.name = "cuts",
                      .kind = "power_cut",
                      .arguments = {{"probability", static_cast<std::int64_t>(share_whole / 20)}, {"off", 50 * a_ms}},
                      .until = seconds{3}},
                     {.name = "lossy", .kind = "loss", .arguments = {{"loss", static_cast<std::int64_t>(share_whole / 20)}}},
                     {.name = "slices", .kind = "slicer", .arguments = {{"average_size", 20}, {"delay", 2 * a_ms}}},
                     {.name = "fast", .kind = "clock_skew", .arguments = {{"ppm", 0}, {"spread", 100'000}}},
                     {.name = "twice", .kind = "duplicate_notify", .arguments = {{"copies", 2}}}};
  return scenario;
}

void expect_same(const RunResult& with, const RunResult& without) {
  EXPECT_EQ(with.trace_hash, without.trace_hash);
  EXPECT_EQ(with.elapsed_seconds, without.elapsed_seconds);
  EXPECT_EQ(with.devices_moved, without.devices_moved);
  EXPECT_EQ(with.metrics.total(Metric::connect_seconds).latency.max(), without.metrics.total(Metric::connect_seconds).latency.max());
  EXPECT_EQ(with.metrics.total(Metric::publishes).count, without.metrics.total(Metric::publishes).count);
  EXPECT_EQ(with.faults, without.faults);
}

TEST(Behaviour, ThatHasNoHooksChangesNothing) {
  const RunResult without = run(moving(60));
  const BehavedRun with = run_with(moving(60), {});
  EXPECT_EQ(without.devices_moved, 60u);
  expect_same(with.result, without);
}

TEST(Behaviour, ThatOnlyWatchesChangesNothing) {
  const RunResult without = run(moving(60));
  const BehavedRun with = run_with(moving(60), watching);
  EXPECT_EQ(with.diary.booted, 60u);
  EXPECT_GT(with.diary.events, 60u * 5);
  EXPECT_GE(with.diary.messages, 60u) << "each a notify";
  EXPECT_GE(with.diary.sent, 60u * 4) << "three publishes and an answer to the notify";
  expect_same(with.result, without);
}

TEST(Behaviour, ThatOnlyWatchesChangesNothingWhenMuchGoesWrong) {
  const RunResult without = run(hard_moving(60));
  EXPECT_GT(without.faults.at("slices"), 1'000u);
  EXPECT_GT(without.faults.at("cuts"), 10u);
  const BehavedRun no_hooks = run_with(hard_moving(60), {});
  expect_same(no_hooks.result, without);
  const BehavedRun with = run_with(hard_moving(60), watching);
  EXPECT_GT(with.diary.booted, 70u) << "power came back";
  expect_same(with.result, without);
}

bool is_notify(const BehaviourMessage& message) { return message.topic.ends_with("/thing/bootstrap/notify"); }

Scenario moving_some(std::uint32_t devices, double share) {
  Scenario scenario = moving(devices);
  scenario.groups[0].property_post_interval = Duration{0};
  scenario.steps = {step("up", BringOnline{}), step("away", move_to("away", shanghai, singapore)),
                    step("moved", WaitUntil{WaitUntil::What::moved, share, {}, seconds{20}}), step("sleep", Sleep{seconds{20}})};
  return scenario;
}

TEST(Behaviour, ThatSwallowsNotifiesDoesNotMove) {
  const BehavedRun made = run_with(
      moving_some(10, 0.5), {.message = [](BehaviourHost& device, const BehaviourMessage& message) {
        return of_kind(is_notify(message) && device.spec().index % 2 == 0 ? MessageFate::Kind::swallowed : MessageFate::Kind::goes_on);
      }});
  EXPECT_THAT(made.result.steps_failed, IsEmpty());
  EXPECT_EQ(made.result.devices_moved, 5u);
  EXPECT_EQ(made.result.devices_stranded, 5u);
}

/// Counts PUBACKs on their way up, and payloads of 200 x.
class WireEyes final : public RunTaps, private SideTap {
 public:
  void begin(const RunRuntime&, const Roster&, std::size_t) override {}
  SideTap* device_side(std::size_t) override { return this; }
  SideTap* platform_side() override { return nullptr; }
  std::size_t pubacks() const { return pubacks_; }
  std::size_t payloads() const { return payloads_; }

 private:
  void on_wire(const WireEvent& event) override {
    if (event.kind != WireKind::bytes || event.direction != Direction::up || event.leg != device::Leg::mqtt) return;
    pubacks_ += count(event.bytes, "\x40\x02");
    payloads_ += count(event.bytes, std::string(200, 'x'));
  }
  void on_device_event(std::uint32_t, const device::Event&, Instant) override {}
  void on_platform_event(const platform::PlatformEvent&, Instant) override {}

  static std::size_t count(ByteView bytes, std::string_view what) {
    const std::string_view text = text_of(bytes);
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size())) ++found;
    return found;
  }

  std::size_t pubacks_ = 0;
  std::size_t payloads_ = 0;
};

std::size_t acknowledged(MessageFate::Kind fate) {
  Scenario scenario = moving_some(4, 0);
  scenario.platform.notify_qos = 1;
  WireEyes eyes;
  const BehavedRun made = run_with(
      scenario,
      {.message = [&](BehaviourHost&, const BehaviourMessage& message) { return is_notify(message) ? of_kind(fate) : MessageFate{}; }},
      &eyes);
  EXPECT_GE(made.diary.messages, 4u);
  return eyes.pubacks();
}

TEST(Behaviour, AcknowledgesWhatItSwallowsAndNotWhatItLoses) {
  EXPECT_GE(acknowledged(MessageFate::Kind::swallowed), 4u);
  EXPECT_EQ(acknowledged(MessageFate::Kind::lost), 0u);
}

TEST(Behaviour, TheCoreHearsWhatAMessageWasChangedInto) {
  std::vector<std::string> heard;
  const std::string changed = R"({"id":"changed-17","version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":0}})";
  const BehavedRun made = run_with(moving_some(3, 1.0), {.event =
                                                             [&](BehaviourHost&, const device::Event& event) {
                                                               if (event.kind == EventKind::notified) heard.emplace_back(event.text);
                                                             },
                                                         .message =
                                                             [&](BehaviourHost&, const BehaviourMessage& message) {
                                                               if (!is_notify(message)) return MessageFate{};
                                                               const ByteView bytes = bytes_of(changed);
                                                               return MessageFate{MessageFate::Kind::changed, {bytes.begin(), bytes.end()}};
                                                             }});
  EXPECT_EQ(made.result.devices_moved, 3u);
  EXPECT_THAT(heard, ElementsAre("changed-17", "changed-17", "changed-17"));
}

/// What the platform is told at last, beside the devices' ordered publishes.
BehavedRun run_publishes(const Scripted::Script& script, std::uint8_t qos = 1, RunTaps* taps = nullptr) {
  Scenario scenario = moving(4);
  scenario.groups[0].property_post_interval = Duration{0};
  scenario.steps = {step("up", BringOnline{}), step("publish", PublishStep{{}, 3, qos, seconds{20}})};
  return run_with(scenario, script, taps);
}

bool is_ordered(const BehaviourMessage& message) { return message.topic.ends_with("/user/update"); }

TEST(Behaviour, TheCoreTakesWhatIsSwallowedOnItsWayOutForAcknowledged) {
  const BehavedRun made = run_publishes({.send = [](BehaviourHost&, const BehaviourMessage& message) {
    return of_kind(is_ordered(message) ? MessageFate::Kind::swallowed : MessageFate::Kind::goes_on);
  }});
  EXPECT_EQ(made.diary.sent, 12u);
  EXPECT_THAT(made.result.steps_failed, IsEmpty());
  EXPECT_EQ(made.result.metrics.total(Metric::publishes).count, 12u);
}

TEST(Behaviour, TheCoreWaitsForTheAcknowledgementOfWhatIsLost) {
  const BehavedRun made = run_publishes({.send = [](BehaviourHost&, const BehaviourMessage& message) {
    return of_kind(is_ordered(message) ? MessageFate::Kind::lost : MessageFate::Kind::goes_on);
  }});
  EXPECT_THAT(made.result.steps_failed, ElementsAre(HasSubstr("publish")));
}

TEST(Behaviour, ChangesWhatLeaves) {
  WireEyes eyes;
  const BehavedRun made = run_publishes({.send =
                                             [&](BehaviourHost&, const BehaviourMessage& message) {
                                               if (!is_ordered(message)) return MessageFate{};
                                               return MessageFate{MessageFate::Kind::changed, std::vector<std::uint8_t>(200, 'x')};
                                             }},
                                        1, &eyes);
  EXPECT_EQ(eyes.payloads(), 12u);
  EXPECT_THAT(made.result.steps_failed, IsEmpty());
  EXPECT_THAT(made.result.violations, IsEmpty());
}

}  // namespace
}  // namespace fleetsim::sim
