// A platform that can be told to misbehave, met at byte level by MQTT and by the bootstrap endpoint.
//
//   MisbehavingWorld world;
//   world.set({.kind = "mqtt_connack", .calls = first_calls(1)});
//   EXPECT_EQ(world.connack(shanghai, signed_fields("dev1")), 3);
#pragma once

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "platform-mock/core/misbehaviour/engine.hpp"
#include "tests/platform-mock/broker_world.hpp"

namespace fleetsim::platform::broker_test {

using misbehaviour::Calls;
using misbehaviour::first_calls;
using misbehaviour::Rule;
using std::chrono::milliseconds;
using std::chrono::seconds;

class MisbehavingWorld : public BrokerWorld {
 public:
  explicit MisbehavingWorld(const PlatformConfig& config = three_regions()) : BrokerWorld(config) {
    platform.advertise(instance(shanghai), {.host = "127.0.2.1", .port = 1884});
    platform.advertise(instance(singapore), {.host = "127.0.3.1", .port = 1884});
  }

  void set(const Rule& rule) {
    const auto name = platform.misbehaviour().add(rule, now);
    ASSERT_TRUE(name.ok()) << name.error().message;
  }
  /// How often the rules have fired, as events tell it: "name@device".
  std::vector<std::string> fired() const {
    std::vector<std::string> all;
    for (const ToldEvent& event : ledger.of(PlatformEventKind::misbehaved)) all.push_back(event.reason + "@" + event.device_name);
    return all;
  }

  /// Lets the clock run to each deadline until then; how many steps that took.
  std::size_t run_until(Instant end) {
    std::size_t steps = 0;
    while (platform.next_deadline() <= end && steps < 10000) {
      now = std::max(now, platform.next_deadline());
      platform.advance(now, ledger);
      ++steps;
    }
    now = std::max(now, end);
    return steps;
  }

  Client ask_bootstrap(std::string_view device_name, std::string_view more_headers = {}) {
    const std::string body = "productKey=" + std::string(product) + "&deviceName=" + std::string(device_name) + "&resources=mqtt";
    Client client(*this, platform.accept_bootstrap({.address = IpAddress::from_v4(0x7f000102), .tls = true}, now, ledger));
    client.send("POST /auth/bootstrap HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
                std::string(more_headers) + "\r\n" + body);
    return client;
  }
};

inline constexpr std::string_view right_body =
    R"({"code":200,"data":{"resources":{"mqtt":{"host":"127.0.2.1","port":1884}}},"message":"success"})";
inline std::string status_line(const std::string& answer) { return answer.substr(0, answer.find('\r')); }
inline std::string body_of(const std::string& answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  return end == std::string::npos ? std::string{} : answer.substr(end + 4);
}

}  // namespace fleetsim::platform::broker_test
