// Somebody's own firmware logic around a device of ours: what it is told, and what it may do. The core does the work (endpoint, back-off,
// session, moves); a behaviour watches, swallows and changes messages, and orders more. World virtual only. See behaviour_device.hpp.
//
//   class Deaf final : public DeviceBehaviour {
//     Hooks hooks() const override { return {.message = true}; }
//     MessageFate on_message(BehaviourHost&, const BehaviourMessage& message) override {
//       if (message.topic.ends_with("/notify")) return {.kind = MessageFate::Kind::swallowed};
//       return {};
//     }
//   };
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/result.hpp"
#include "devicecore/base/time.hpp"
#include "devicecore/device_event.hpp"
#include "devicecore/identity.hpp"
#include "devicecore/mqtt_messages.hpp"
#include "sim/world/shard.hpp"

namespace fleetsim::sim {

/// A PUBLISH, whole; lent for the call.
struct BehaviourMessage {
  std::string_view topic;
  ByteView payload;
  std::uint8_t qos = 0;
  bool duplicate = false;
};

/// What becomes of a message that arrives, before the core sees it, or that leaves, before the wire does.
struct MessageFate {
  static constexpr std::size_t payload_bytes_max = std::size_t{64} * 1024;  // of changed: less than the largest packet

  enum class Kind : std::uint8_t {
    goes_on,
    changed,    // with another payload
    swallowed,  // and its sender is none the wiser: at QoS 1 it is acknowledged
    lost,       // as if it had never been: nobody acknowledges it
  } kind = Kind::goes_on;
  std::vector<std::uint8_t> payload{};  // of changed
};

/// The device, as its behaviour may use it, from within its hooks only. Orders are carried out right after the hook, at the same moment of
/// time and in their order; they are copied. An error says why one cannot be.
class BehaviourHost {
 public:
  static constexpr std::size_t orders_waiting_max = 256;
  static constexpr std::size_t orders_at_one_moment_max = 1024;  // else a device that answers itself would stop time
  static constexpr std::size_t timers_max = 64;
  static constexpr Duration timer_min = std::chrono::milliseconds{1};

  /// What the device believes that the time is.
  virtual Instant now() const = 0;
  virtual const DeviceSpec& spec() const = 0;
  virtual bool is_online() const = 0;
  /// The seed decides it.
  virtual std::uint64_t random() = 0;

  /// The token comes back with the events of that message.
  virtual Result<device::Token, std::string> publish(std::string_view topic, ByteView payload, device::Qos qos) = 0;
  virtual Result<device::Token, std::string> post_property(std::string_view params_json) = 0;
  virtual Result<device::Token, std::string> subscribe(std::string_view filter, device::Qos qos) = 0;
  /// One that is set already starts anew. Empty: it is set.
  virtual std::string set_timer(std::string_view name, Duration after) = 0;
  /// False: there is none of that name.
  virtual bool cancel_timer(std::string_view name) = 0;
  /// When what this step does is done; it comes back after `off`, kNever - now() and more: not by itself.
  virtual std::string cut_power(Duration off) = 0;

 protected:
  ~BehaviourHost() = default;
};

class DeviceBehaviour {
 public:
  /// Those that are false are never called.
  struct Hooks {
    bool power_on = false;
    bool event = false;
    bool message = false;
    bool send = false;
    bool timer = false;
    bool any() const { return power_on || event || message || send || timer; }
  };

  DeviceBehaviour() = default;
  DeviceBehaviour(const DeviceBehaviour&) = delete;
  DeviceBehaviour& operator=(const DeviceBehaviour&) = delete;
  virtual ~DeviceBehaviour() = default;

  /// Asked each time that the device gets power.
  virtual Hooks hooks() const = 0;
  /// Before the core boots. Orders and timers of before are gone, as all that the core had in its RAM.
  virtual void on_power_on(BehaviourHost& /*device*/) {}
  /// What the core tells its application; lent for the call.
  virtual void on_event(BehaviourHost& /*device*/, const device::Event& /*event*/) {}
  virtual MessageFate on_message(BehaviourHost& /*device*/, const BehaviourMessage& /*message*/) { return {}; }
  /// Its own messages too, and again when one is sent again.
  virtual MessageFate on_send(BehaviourHost& /*device*/, const BehaviourMessage& /*message*/) { return {}; }
  virtual void on_timer(BehaviourHost& /*device*/, std::string_view /*name*/) {}
};

/// Called when the device first gets power, on its shard's thread. Null: it has none.
using BehaviourMaker = std::function<std::unique_ptr<DeviceBehaviour>(const DeviceSpec& spec)>;

}  // namespace fleetsim::sim
