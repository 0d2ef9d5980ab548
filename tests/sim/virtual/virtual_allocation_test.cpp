// In a simulation that goes on as it was, no message costs an allocation: counted by an operator new of this program's own, over both
// cores and all that lies between them.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <gtest/gtest.h>
#include <new>
#include <string>
#include <vector>

#include "tests/sim/controller/run_in_process.hpp"
#include "tests/sim/controller/run_scenarios.hpp"

namespace {
std::atomic<std::int64_t> allocations{0};
}  // namespace

// Not inlined: an optimiser that sees both takes malloc and operator delete for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* block = std::malloc(size == 0 ? 1 : size)) return block;
  std::abort();
}
[[gnu::noinline]] void operator delete(void* block) noexcept { std::free(block); }
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept { std::free(block); }

namespace fleetsim::sim {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint32_t few_devices = 20;
constexpr std::uint32_t more_devices = 60;
constexpr minutes short_while{5};
constexpr minutes long_while{20};
/// Vectors that grow a last time are no cost of a message.
constexpr std::int64_t growth_max = 40;

std::int64_t allocations_of(FleetGroup group, std::uint32_t devices, Duration idle, const std::vector<FaultSpec>& faults) {
  Scenario scenario = test::small_scenario(devices);
  scenario.faults = faults;
  scenario.world = WorldKind::virtual_time;
  scenario.threads = 1;
  scenario.duration_max = std::chrono::hours{1};
  group.count = devices;
  scenario.groups = {std::move(group)};
  scenario.steps = {test::step("up", BringOnline{}), test::step("idle", Sleep{idle})};
  const std::int64_t before = allocations;
  const RunResult result = test::run(scenario);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_EQ(result.devices_online, devices);
  return allocations - before;
}

/// What the additional messages of more devices in the additional time have cost: what a run costs as a whole, what a device costs, and
/// what the time costs in which the controller looks, are in both differences.
std::int64_t allocations_of_more_messages(const FleetGroup& group, const std::vector<FaultSpec>& faults = {}) {
  const auto of = [&](std::uint32_t devices, Duration idle) { return allocations_of(group, devices, idle, faults); };
  const std::int64_t of_more = of(more_devices, long_while) - of(more_devices, short_while);
  const std::int64_t of_few = of(few_devices, long_while) - of(few_devices, short_while);
  return of_more - of_few;
}

constexpr std::int64_t messages_of_more(std::int64_t a_minute) {
  return (more_devices - few_devices) * (long_while - short_while).count() * a_minute;
}

TEST(VirtualSteadyState, PingsAndTheirAnswersAllocateNothing) {
  FleetGroup group = test::meters(0);
  group.keep_alive_s = 60;
  ASSERT_GT(messages_of_more(1), 10 * growth_max);
  EXPECT_LE(allocations_of_more_messages(group), growth_max);
}

TEST(VirtualSteadyState, PropertyPostsAndTheirRepliesAllocateNothing) {
  FleetGroup group = test::meters(0);
  group.load = PublishLoad{};
  group.load->rate_per_second_per_device = 0.5;
  ASSERT_GT(messages_of_more(30), 10 * growth_max);
  EXPECT_LE(allocations_of_more_messages(group), growth_max);
}

TEST(VirtualSteadyState, PublishesAndTheirAcknowledgementsAllocateNothing) {
  FleetGroup group = test::meters(0);
  group.load = PublishLoad{};
  group.load->topic = "/{pk}/{dn}/user/update";
  group.load->rate_per_second_per_device = 0.5;
  ASSERT_GT(messages_of_more(30), 10 * growth_max);
  EXPECT_LE(allocations_of_more_messages(group), growth_max);
}

/// Slow, narrow, lossy links in slices, and wrong clocks: all that faults do to a message on its way.
TEST(VirtualSteadyState, MessagesUnderFaultsAllocateNothing) {
  FleetGroup group = test::meters(0);
  group.load = PublishLoad{};
  group.load->rate_per_second_per_device = 0.5;
  const std::vector<FaultSpec> faults = {
      {.name = "slow", .kind = "latency", .arguments = {{"latency", 50'000}, {"jitter", 10'000}}},
      {.name = "lossy", .kind = "loss", .arguments = {{"loss", static_cast<std::int64_t>(parts_of_share(0.02))}}},
      {.name = "narrow", .kind = "bandwidth", .arguments = {{"rate", 20'000}}},
      {.name = "slices", .kind = "slicer", .arguments = {{"average_size", 60}}},
      {.name = "fast", .kind = "clock_skew", .arguments = {{"ppm", 200}}}};
  ASSERT_GT(messages_of_more(30), 10 * growth_max);
  EXPECT_LE(allocations_of_more_messages(group, faults), growth_max);
}

/// A device that is cut off and comes again makes links and sessions: that they are seen tells that the others would be.
TEST(VirtualSteadyState, ConnectionsAreSeenToAllocate) {
  const auto with_so_many_restarts = [](std::uint32_t count) {
    Scenario scenario = test::small_scenario(few_devices);
    scenario.world = WorldKind::virtual_time;
    scenario.threads = 1;
    scenario.duration_max = std::chrono::hours{1};
    scenario.steps = {test::step("up", BringOnline{})};
    for (std::uint32_t i = 0; i < count; ++i) {
      scenario.steps.push_back(test::step("off", PowerOffStep{}));
      scenario.steps.push_back(test::step("on again", BringOnline{}));
    }
    const std::int64_t before = allocations;
    test::run(scenario);
    return allocations - before;
  };
  EXPECT_GT(with_so_many_restarts(20) - with_so_many_restarts(10), 10 * few_devices);
}

}  // namespace
}  // namespace fleetsim::sim
