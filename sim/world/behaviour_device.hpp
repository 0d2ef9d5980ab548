// A device of ours with somebody's behaviour around it (device_behaviour.hpp). What the shell gives the device passes through here to the
// core, and what the core does comes back the same way, step by step: a behaviour that only watches changes nothing, not even a random
// draw.
//
//   const ForeignMaker foreign = behaviours_by_group({make_for_meters, nullptr});   // by position in Scenario::groups
//   run_scenario(scenario, {.foreign = &foreign});
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devicecore/device.hpp"
#include "sim/fleet.hpp"
#include "sim/random.hpp"
#include "sim/world/device_behaviour.hpp"
#include "sim/world/foreign_device.hpp"
#include "sim/world/shard.hpp"

namespace fleetsim::sim {

class BehaviourDevice final : public ForeignDevice, private BehaviourHost {
 public:
  /// `make` outlives the device.
  BehaviourDevice(const DeviceSpec& spec, const RunRuntime& runtime, const BehaviourMaker& make);

  // ForeignDevice
  std::size_t step(const device::StepContext& context, const device::Input& input) override;
  Instant next_deadline() const override;
  void release(device::BlockPool& pool) override;
  bool mqtt_in_use() const override { return false; }  // its links are the shard's
  bool obeys_faults() const override { return true; }
  const device::Device* core() const override { return &device_; }
  std::optional<Duration> take_power_cut() override { return std::exchange(power_cut_, std::nullopt); }

 private:
  struct Order {
    enum class Kind : std::uint8_t { publish, post_property, subscribe, acknowledge } kind = Kind::publish;
    device::Qos qos = device::Qos::at_most_once;
    device::Token token = 0;
    std::uint32_t link = 0;  // of acknowledge: the one on which the message would have gone
    std::string topic{};     // or filter
    std::vector<std::uint8_t> bytes{};
  };
  struct Timer {
    std::string name;
    Instant at{};
  };
  /// Of the packet at the front of what arrives, when it does not simply go on.
  struct Judged {
    MessageFate fate;
    std::size_t bytes = 0;
  };

  // BehaviourHost
  Instant now() const override { return now_; }
  const DeviceSpec& spec() const override { return spec_; }
  bool is_online() const override;
  std::uint64_t random() override { return random_.next(); }
  Result<device::Token, std::string> publish(std::string_view topic, ByteView payload, device::Qos qos) override;
  Result<device::Token, std::string> post_property(std::string_view params_json) override;
  Result<device::Token, std::string> subscribe(std::string_view filter, device::Qos qos) override;
  std::string set_timer(std::string_view name, Duration after) override;
  bool cancel_timer(std::string_view name) override;
  std::string cut_power(Duration off) override;

  Result<device::Token, std::string> order(Order order);
  void boot(const device::StepContext& context);
  std::size_t give(const device::StepContext& context, const device::Input& input);
  void wake(const device::StepContext& context);
  void carry_out(const device::StepContext& context);
  void fire(std::size_t timer);
  /// Whether a hook is under way, so that orders will be looked at.
  template <class Hook>
  void call(Instant now, Hook hook);

  // behaviour_messages.cpp
  std::size_t receive(const device::StepContext& context, ByteView bytes);
  std::size_t receive_rest_of_packet(const device::StepContext& context, ByteView bytes);
  void look_ahead(const device::StepContext& context, ByteView bytes);
  MessageFate judge(const device::StepContext& context, ByteView packet);
  std::size_t hold(const device::StepContext& context, ByteView rest);
  void act(const device::StepContext& context, ByteView packet, const MessageFate& fate);
  void forget_stream();
  void tell(const device::StepContext& context);
  void show(const device::StepContext& context, const device::Event& event);
  bool filter_sent(const device::StepContext& context, device::SendBytes& sent);
  MessageFate judge_sent(const device::StepContext& context, ByteView packet);

  const DeviceSpec spec_;
  const BehaviourMaker& make_;
  device::Device device_;
  std::unique_ptr<DeviceBehaviour> behaviour_;
  DeviceBehaviour::Hooks hooks_;
  RandomStream random_;
  Instant now_{};
  bool was_made_ = false;
  bool has_power_ = false;
  bool is_within_hook_ = false;
  std::optional<Duration> power_cut_;
  std::vector<Order> orders_;
  Order doing_;  // the core's actions may point into it
  std::vector<Timer> timers_;
  std::uint32_t orders_given_ = 0;  // in all, and
  Instant moment_{};                // at this one
  std::size_t orders_at_moment_ = 0;

  // Of the MQTT link.
  std::uint32_t links_ = 0;                      // so many were opened
  std::vector<std::uint8_t> held_;               // the beginning of a packet that is not whole yet
  std::vector<std::uint8_t> given_;              // to the core, whose actions may point into it
  std::vector<std::vector<std::uint8_t>> sent_;  // what goes out in place of something else; actions point into it
  std::size_t passed_ = 0;                       // so many bytes that are next were looked at, and go on
  std::optional<Judged> judged_;                 // what comes behind them
  bool is_unreadable_ = false;                   // no packets can be told apart behind them
};

template <class Hook>
void BehaviourDevice::call(Instant now, Hook hook) {
  if (now != moment_) orders_at_moment_ = 0;
  moment_ = now;
  is_within_hook_ = true;
  hook();
  is_within_hook_ = false;
}

/// By position in Scenario::groups; an empty one: that group's devices are ours alone. Groups behind gateways have no devices to stand
/// around.
ForeignMaker behaviours_by_group(std::vector<BehaviourMaker> makers);

}  // namespace fleetsim::sim
