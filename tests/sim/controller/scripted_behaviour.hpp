// A behaviour that does what a test's functions say, and runs with it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "sim/world/behaviour_device.hpp"
#include "tests/sim/controller/run_in_process.hpp"
#include "tests/sim/controller/run_scenarios.hpp"

namespace fleetsim::sim::test {

/// What behaviours of a run saw and did; one thread.
struct Diary {
  std::size_t booted = 0;
  std::size_t events = 0;
  std::size_t messages = 0;
  std::size_t sent = 0;
};

/// Does what its functions say, and keeps a diary.
class Scripted final : public DeviceBehaviour {
 public:
  struct Script {
    std::function<void(BehaviourHost&)> power_on{};
    std::function<void(BehaviourHost&, const device::Event&)> event{};
    std::function<MessageFate(BehaviourHost&, const BehaviourMessage&)> message{};
    std::function<MessageFate(BehaviourHost&, const BehaviourMessage&)> send{};
    std::function<void(BehaviourHost&, std::string_view)> timer{};
  };
  Scripted(const Script& script, Diary& diary) : script_(script), diary_(diary) {}

  Hooks hooks() const override {
    return {.power_on = bool(script_.power_on),
            .event = bool(script_.event),
            .message = bool(script_.message),
            .send = bool(script_.send),
            .timer = bool(script_.timer)};
  }
  void on_power_on(BehaviourHost& device) override {
    ++diary_.booted;
    script_.power_on(device);
  }
  void on_event(BehaviourHost& device, const device::Event& event) override {
    ++diary_.events;
    script_.event(device, event);
  }
  MessageFate on_message(BehaviourHost& device, const BehaviourMessage& message) override {
    ++diary_.messages;
    return script_.message(device, message);
  }
  MessageFate on_send(BehaviourHost& device, const BehaviourMessage& message) override {
    ++diary_.sent;
    return script_.send(device, message);
  }
  void on_timer(BehaviourHost& device, std::string_view name) override { script_.timer(device, name); }

 private:
  const Script& script_;
  Diary& diary_;
};

struct BehavedRun {
  RunResult result;
  Diary diary;
};

inline BehavedRun run_with(Scenario scenario, const Scripted::Script& script, RunTaps* taps = nullptr) {
  scenario.threads = 1;
  BehavedRun made;
  const ForeignMaker foreign =
      behaviours_by_group({[&](const DeviceSpec&) { return std::make_unique<Scripted>(script, made.diary); }, nullptr});
  RunOptions options;
  options.taps = taps;
  options.foreign = &foreign;
  made.result = run(scenario, options);
  return made;
}

/// Up, some publishes, all of them away.
inline Scenario moving(std::uint32_t devices) {
  Scenario scenario = small_scenario(devices);
  scenario.world = WorldKind::virtual_time;
  scenario.duration_max = std::chrono::minutes{20};
  scenario.groups[0].backoff_floor = std::chrono::milliseconds{100};
  scenario.groups[0].backoff_cap = std::chrono::milliseconds{400};
  scenario.groups[0].property_post_interval = std::chrono::milliseconds{700};
  scenario.steps = {step("up", BringOnline{}), step("publish", PublishStep{{}, 3, 1, std::chrono::seconds{60}}),
                    step("away", move_to("away", shanghai, singapore)),
                    step("moved", WaitUntil{WaitUntil::What::moved, 1.0, {}, std::chrono::seconds{60}}),
                    step("online", WaitUntil{WaitUntil::What::online, 1.0, {}, std::chrono::seconds{60}})};
  return scenario;
}

}  // namespace fleetsim::sim::test
