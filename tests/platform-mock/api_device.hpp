// A device at byte level beside the management API's world: what the API does to devices is seen where it arrives.
//
//   ApiDevice lamp(world, shanghai, key, "dev1");
//   world.call("SetDeviceProperty", …);
//   EXPECT_EQ(lamp.hear(), "/sys/…/thing/service/property/set {…}");
#pragma once

#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "api_world.hpp"

#include "tests/platform-mock/broker_world.hpp"

namespace fleetsim::platform {

class ApiDevice {
 public:
  /// Connects with automatic subscriptions and expects to be let in.
  ApiDevice(ApiWorld& world, std::string_view instance, std::string_view product_key, std::string_view name)
      : world_(world), key_(product_key), name_(name) {
    Registry& registry = world.platform.registry();
    const std::string secret = registry.device(*registry.find_device(product_key, name)).secret;
    id_ = world.platform.accept_mqtt(*registry.find_instance(instance), {}, world.now, world.output);
    broker_test::ConnectFields fields;
    fields.client_id = "id|securemode=3,signmethod=hmacsha256,_ss=1,ext=3|";
    fields.username = name_ + "&" + key_;
    fields.password = broker_test::hmac_hex("hmacsha256", secret, "clientIdiddeviceName" + name_ + "productKey" + key_);
    send(broker_test::connect_packet(fields));
    const std::string& answer = world_.output.sent[id_];
    EXPECT_TRUE(answer.size() >= 4 && answer[0] == '\x20' && answer[3] == '\0') << "CONNACK 0 expected, not " << broker_test::hex(answer);
    world_.output.sent[id_].erase(0, 4);
  }

  std::string sys(std::string_view tail) const { return "/sys/" + key_ + "/" + name_ + "/" + std::string{tail}; }
  void say(const std::string& topic, const std::string& payload) { send(broker_test::publish({.topic = topic, .payload = payload})); }
  void subscribe(const std::string& filter) { send(broker_test::subscribe(1, {{filter, 1}})); }
  void leave() {
    send(broker_test::disconnect);
    world_.platform.closed(id_, world_.now, world_.output);
  }

  /// The next message that came, as "topic payload"; empty when there is none.
  std::string hear() {
    std::string& got = world_.output.sent[id_];
    while (!got.empty()) {
      std::size_t length = 0;
      std::size_t at = 1;
      for (unsigned shift = 0;; shift += 7) {
        const auto byte = static_cast<unsigned char>(got[at++]);
        length += static_cast<std::size_t>(byte & 0x7fU) << shift;
        if (byte < 0x80) break;
      }
      const auto first = static_cast<unsigned char>(got[0]);
      const std::string body = got.substr(at, length);
      got.erase(0, at + length);
      if (first >> 4U != 3) continue;
      const std::size_t topic = static_cast<std::size_t>(static_cast<unsigned char>(body[0])) * 256 + static_cast<unsigned char>(body[1]);
      const std::size_t packet_id = (first & 0x06U) == 0 ? 0 : 2;
      return body.substr(2, topic) + " " + body.substr(2 + topic + packet_id);
    }
    return {};
  }
  /// The id of a request that came as `heard`.
  static std::string id_in(const std::string& heard) {
    const std::size_t at = heard.find("\"id\":\"") + 6;
    return heard.substr(at, heard.find('"', at) - at);
  }

 private:
  void send(const std::string& raw) { world_.platform.received(id_, bytes_of(raw), world_.now, world_.output); }

  ApiWorld& world_;
  std::string key_;
  std::string name_;
  ConnectionId id_;
};

}  // namespace fleetsim::platform
