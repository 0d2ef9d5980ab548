// One listening socket of the platform: an instance's MQTT endpoint, or the global bootstrap endpoint.
//
//   auto listener = open_listener(io, config, {.name = "iot-060a0b", .instance = index});
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

/// What a listener serves.
struct ListenerRole {
  std::string name;                       // the instance's id, or "bootstrap"
  std::string region;                     // empty for the bootstrap endpoint
  std::optional<InstanceIndex> instance;  // nothing: bootstrap
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
};

/// Binds and listens. `preferred_port` is taken for a configured port 0 when it is free.
Result<std::unique_ptr<Listener>, ServerError> open_listener(boost::asio::io_context& io, const ListenerConfig& config, ListenerRole role,
                                                             std::uint16_t preferred_port);

}  // namespace fleetsim::platform
