// One listening socket of the platform: an instance's MQTT endpoint, the global bootstrap endpoint or the management endpoint.
//
//   auto listener = open_listener(io, config, {.kind = ListenerKind::mqtt, .name = "iot-060a0b", .region = "cn-shanghai", .instance =
//   index}, 0);
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "devicecore/base/result.hpp"
#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/platform_config.hpp"
#include "platform-mock/server/peer_prologue.hpp"
#include "platform-mock/server/platform_server.hpp"
#include "platform-mock/server/server_pch.hpp"

namespace fleetsim::platform {

enum class ListenerKind : std::uint8_t { bootstrap, mqtt, management, operations };

/// What a listener serves.
struct ListenerRole {
  ListenerKind kind = ListenerKind::mqtt;
  std::string name;        // the instance's id, "bootstrap", "management" or "metrics"
  std::string region;      // of an instance
  InstanceIndex instance;  // of kind mqtt
};

struct Listener {
  explicit Listener(boost::asio::io_context& io) : acceptor(io.get_executor()), pause(io.get_executor()) {}

  boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, boost::asio::io_context::executor_type> acceptor;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    boost::asio::io_context::executor_type>
      pause;
  ListenerRole role;
  ListenerPolicy policy;
  std::string address;
  std::uint16_t port = 0;
  bool exhausted = false;  // out of descriptors, and said so
  std::uint64_t open = 0;  // connections
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;
};

/// Binds and listens. `preferred_port` is taken for a configured port 0 when it is free.
Result<std::unique_ptr<Listener>, ServerError> open_listener(boost::asio::io_context& io, const ListenerConfig& config, ListenerRole role,
                                                             std::uint16_t preferred_port);
/// Whoever comes is refused from now on; the port stays ours.
void stop_listening(Listener& listener);
/// Where it did before; the error says why it cannot.
std::string listen_again(Listener& listener);

}  // namespace fleetsim::platform
