// A real server on loopback addresses and plain blocking clients with a deadline: tests wait for events, never for time.
//
//   TestServer server(three_instances());
//   Client client(server.endpoint("iot-060a0b"));
//   client.send(connect_packet("dev1"));
//   EXPECT_EQ(client.read(4), connack_accepted);
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform-mock/server/platform_server.hpp"

namespace fleetsim::platform {

inline constexpr std::string_view kProduct = "a1TestPK001";
inline const std::string connack_accepted{"\x20\x02\x00\x00", 4};

/// Two public instances and an enterprise one on 127.0.21.y with port 0, plain TCP only (making keys takes a quarter of a second), no
/// documented limits, a product with devices dev1 to dev9 (secret "secret").
PlatformConfig three_instances();
/// The same with TLS on every listener too.
PlatformConfig three_instances_with_tls();

/// A signed CONNECT of `device` with `_ss=1`, over plain TCP (securemode 3) or TLS (2).
std::string connect_packet(std::string_view device, int securemode = 3, std::string_view secret = "secret");
std::string ping_packet();
std::string bootstrap_request(std::string_view device);

struct RecordedEvent {
  PlatformEventKind kind{};
  std::string instance;
  std::string device;
  std::string reason;
  IpAddress peer;
};

class TestServer {
 public:
  explicit TestServer(PlatformConfig config);
  TestServer(PlatformConfig config, ServerOptions options);

  PlatformServer& operator*() { return *server_; }
  PlatformServer* operator->() { return server_.get(); }
  const Endpoint& endpoint(std::string_view name) const;
  /// Waits for an event that `wanted` likes; fails the test after some seconds.
  RecordedEvent wait_for(const std::function<bool(const RecordedEvent&)>& wanted);
  RecordedEvent wait_for(PlatformEventKind kind);
  std::string wait_for_warning();
  std::size_t count(PlatformEventKind kind);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<RecordedEvent> events_;
  std::vector<std::string> warnings_;
  std::unique_ptr<PlatformServer> server_;
};

/// A blocking TCP client. Every wait ends after some seconds.
class Client {
 public:
  explicit Client(const Endpoint& endpoint, int receive_buffer = 0);
  Client(const std::string& address, std::uint16_t port);
  ~Client();
  Client(Client&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// False when the peer has closed.
  bool send(std::string_view bytes);
  /// Exactly `size` bytes, fewer when the peer closes before.
  std::string read(std::size_t size);
  std::string read_some();
  /// Everything until the peer closes; nothing when it did not in time.
  std::string read_to_end();
  bool closed_by_peer();
  void finish_sending();
  int native() const { return socket_; }

 private:
  void connect_to(const std::string& address, std::uint16_t port, int receive_buffer);
  int socket_ = -1;
};

}  // namespace fleetsim::platform
