// What a timer costs as the fleet grows: its time should not depend on how many others there are.
#include <benchmark/benchmark.h>
#include <cstdint>

#include "platform-mock/core/deadline_queue.hpp"
#include "sim/random.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::uint32_t keep_alive_us = 60'000'000;

/// Every device has a timer, as an idle fleet has.
void fill(platform::DeadlineQueue& timers, std::uint32_t devices, RandomStream& random) {
  timers.resize(devices);
  for (std::uint32_t slot = 0; slot < devices; ++slot) timers.set(slot, Instant{Duration{random.below(keep_alive_us)}});
}

/// The earliest fires and is set again: an idle fleet.
void fire_and_set(benchmark::State& state) {
  RandomStream random(1);
  platform::DeadlineQueue timers;
  fill(timers, static_cast<std::uint32_t>(state.range(0)), random);
  for (auto _ : state) {
    const Instant now = timers.next();
    const auto slot = timers.pop_due(now);
    timers.set(*slot, now + Duration{keep_alive_us + random.below(1'000'000)});
  }
}

/// Each device hears something, and its timer moves on, long before it fires: a busy fleet.
void move(benchmark::State& state) {
  RandomStream random(1);
  platform::DeadlineQueue timers;
  const auto devices = static_cast<std::uint32_t>(state.range(0));
  fill(timers, devices, random);
  Instant now{};
  const Duration between{keep_alive_us / devices + 1};
  for (auto _ : state) {
    now += between;
    while (const auto slot = timers.pop_due(now)) timers.set(*slot, now + Duration{keep_alive_us});
    timers.set(random.below(devices), now + Duration{keep_alive_us});
  }
}

// So many that of ten million each fires more than once: what is put in order now and then is part of what a timer costs.
constexpr std::int64_t iterations = 20'000'000;
BENCHMARK(fire_and_set)->RangeMultiplier(10)->Range(10'000, 10'000'000)->Iterations(iterations);
BENCHMARK(move)->RangeMultiplier(10)->Range(10'000, 10'000'000)->Iterations(iterations);

}  // namespace
}  // namespace fleetsim::sim

BENCHMARK_MAIN();
