// A scripted MQTT client against the platform core, at byte level: packets are put together here, apart from the code under test, and
// what comes back is kept as bytes.
//
//   BrokerWorld world;
//   Client client = world.connect(shanghai, "dev1");
//   client.send(publish({.topic = "/a1TestPK001/dev1/user/x", .payload = "1", .qos = 1, .packet_id = 7}));
//   EXPECT_EQ(client.take(), bytes("40 02 00 07"));
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform-mock/core/platform.hpp"

namespace fleetsim::platform::broker_test {

inline constexpr std::string_view shanghai = "iotx-oxssharez200";
inline constexpr std::string_view singapore = "iotx-oxssharez400";
inline constexpr std::string_view frankfurt = "iotx-oxssharez700";
inline constexpr std::string_view product = "a1TestPK001";
inline constexpr std::string_view secret = "secret";

/// "30 02 41 42" as the four bytes.
std::string bytes(std::string_view hex);
/// The other way round, for readable failures.
std::string hex(std::string_view raw);
std::string sys(std::string_view device, std::string_view tail);

// --- packets of a client -------------------------------------------------------------------------------------------
struct ConnectFields {
  std::string client_id{};
  std::string username{};
  std::optional<std::string> password{};
  std::uint16_t keep_alive_s = 60;
  bool clean = true;
  std::string protocol_name = "MQTT";
  std::uint8_t level = 4;
  std::string will_topic{};  // empty: no will
  std::string will_payload{};
  std::uint8_t will_qos = 0;
};
std::string connect_packet(const ConnectFields& fields);
struct PublishFields {
  std::string topic{};
  std::string payload{};
  std::uint8_t qos = 0;
  std::uint16_t packet_id = 0;
  bool retain = false;
  bool duplicate = false;
};
std::string publish(const PublishFields& fields);
std::string puback(std::uint16_t packet_id);
std::string subscribe(std::uint16_t packet_id, const std::vector<std::pair<std::string, std::uint8_t>>& filters);
std::string unsubscribe(std::uint16_t packet_id, const std::vector<std::string>& filters);
inline const std::string pingreq = std::string("\xc0\x00", 2);
inline const std::string disconnect = std::string("\xe0\x00", 2);

/// How a device of the test product signs; what is empty is left out of the client id.
struct SignedConnect {
  std::string client_id = "id";
  std::string sign_method = "hmacsha256";
  std::string secure_mode = "3";
  std::string timestamp = "2524608000000";
  std::string more{};  // ",_ss=1,ext=3"
  std::string device_secret = std::string(secret);
  std::uint16_t keep_alive_s = 60;
  bool clean = true;
};
ConnectFields signed_fields(std::string_view device, const SignedConnect& how = {});

/// HMAC in hex digits; `method` is "hmacmd5", "hmacsha1" or "hmacsha256".
std::string hmac_hex(std::string_view method, std::string_view key, std::string_view content);
HmacPort openssl_hmac();

// --- what the platform did -----------------------------------------------------------------------------------------
struct ToldEvent {
  PlatformEventKind kind{};
  std::string product_key, device_name, instance, region, job, reason;
  std::int32_t code = 0;
  friend bool operator==(const ToldEvent&, const ToldEvent&) = default;
};

class Ledger final : public Output {
 public:
  void send(ConnectionId connection, ByteView sent) override;
  void close(ConnectionId connection, CloseMode mode) override;
  void event(const PlatformEvent& event) override;

  std::vector<ToldEvent> of(PlatformEventKind kind) const;

  std::map<ConnectionId, std::string> sent;
  std::map<ConnectionId, CloseMode> closed;
  std::vector<ToldEvent> events;
};

class BrokerWorld;

class Client {
 public:
  Client(BrokerWorld& world, ConnectionId id) : world_(&world), id_(id) {}

  Client& send(std::string_view raw);
  /// Everything that came since the last call.
  std::string take();
  /// The first PUBLISH among it as "topic payload", which is taken with all before it; empty when there is none.
  std::string take_message();
  bool closed() const;
  void drop();  // the link breaks
  ConnectionId id() const { return id_; }

 private:
  BrokerWorld* world_;
  ConnectionId id_;
};

PlatformConfig three_regions();

class BrokerWorld {
 public:
  explicit BrokerWorld(const PlatformConfig& config = three_regions());

  Client open(std::string_view instance, bool tls = false);
  /// Opens and sends a signed CONNECT; the answer waits in the client.
  Client connecting(std::string_view instance, std::string_view device, const SignedConnect& how = {});
  /// The same, and expects CONNACK 0.
  Client connect(std::string_view instance, std::string_view device, const SignedConnect& how = {});
  /// The CONNACK code that a CONNECT gets; -1: closed without one.
  int connack(std::string_view instance, const ConnectFields& fields, bool tls = false);

  InstanceIndex instance(std::string_view id);
  DeviceIndex device(std::string_view name);
  void advance(Duration by);
  JobIndex distribute(std::string_view source, std::string_view target, std::vector<std::string> devices);
  bool publish_to(std::string_view device_name, std::string_view topic, std::string_view payload, std::uint8_t qos);

  Ledger ledger;
  Instant now = Instant{} + std::chrono::seconds{1};
  Platform platform;
};

}  // namespace fleetsim::platform::broker_test
