// BrokerWorld with a gateway product beside the lamps, and short ways to say and hear one message.
//
//   ServicesWorld world;
//   Client lamp = world.online("dev1");
//   EXPECT_EQ(world.ask(lamp, sys("dev1", "thing/deviceinfo/get"), R"({"id":"1","params":[]})"), …);
#pragma once

#include <string>
#include <string_view>

#include "platform-mock/core/mqtt/device_desk.hpp"
#include "platform-mock/core/ota/firmware_store.hpp"
#include "platform-mock/core/ota/upgrades.hpp"
#include "platform-mock/core/things/remote_config.hpp"
#include "platform-mock/core/things/thing_store.hpp"
#include "tests/platform-mock/broker_world.hpp"

namespace fleetsim::platform::broker_test {

inline constexpr std::string_view gateway_product = "a1Gateway01";

/// The lamps, and a gateway "gate1" of the same account at the same instance.
PlatformConfig config_with_gateway();

class ServicesWorld : public BrokerWorld {
 public:
  explicit ServicesWorld(const PlatformConfig& config = config_with_gateway());

  /// Connected with automatic subscriptions; what it received on the way is taken.
  Client online(std::string_view device, std::string_view instance = shanghai);
  Client gateway_online(std::string_view name = "gate1", std::string_view instance = shanghai);
  static void say(Client& client, std::string_view topic, std::string_view payload);
  /// "topic payload" of the first message that comes back; empty when none does.
  static std::string ask(Client& client, std::string_view topic, std::string_view payload);

  Place place(std::string_view instance = shanghai, std::string_view account = "198000");
  const things::ThingData* thing(std::string_view device, std::string_view instance = shanghai);
  /// The raw value of a property; empty when it is not known there.
  std::string property(std::string_view device, std::string_view name, std::string_view instance = shanghai);
  mqtt::Turn turn() { return {now, ledger}; }
  ProductIndex lamps() { return platform.registry().find_product(product).value(); }
  DeviceIndex gate(std::string_view name = "gate1") { return platform.registry().find_device(gateway_product, name).value(); }
};

/// `/sys/…` of the gateway.
std::string gate_sys(std::string_view tail, std::string_view name = "gate1");
/// One entry of thing/topo/add and combine/login, signed by the lamp.
std::string signed_entry(std::string_view device, std::string_view device_secret = secret);
/// The part of a reply that tells how it went: `"code":n`.
bool says(std::string_view reply, std::string_view part);

}  // namespace fleetsim::platform::broker_test
