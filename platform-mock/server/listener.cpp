#include "platform-mock/server/listener.hpp"

#include <utility>

#include "platform-mock/server/server_limits.hpp"

namespace fleetsim::platform {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

std::string hint_for(const error_code& error, std::uint16_t port) {
  if (error == asio::error::address_in_use) {
    return "another program listens there (`ss -ltnp 'sport = :" + std::to_string(port) + "'` names it); stop it or choose another port";
  }
  if (error == asio::error::access_denied) return "ports below 1024 need root; choose a port above 1024";
  if (error.value() == EADDRNOTAVAIL) return "the address is not one of this host; any of 127.0.0.0/8 is";
  if (error == asio::error::no_descriptors) return "raise the limit of open files (`ulimit -n`)";
  return "check the listener's address and port in the platform's configuration";
}

ServerError bind_error(const ListenerConfig& config, std::uint16_t port, const error_code& error) {
  const bool v6 = config.address.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + config.address + "]" : config.address;
  return {.what = "cannot listen on " + host + ":" + std::to_string(port) + ": " + error.message(), .hint = hint_for(error, port)};
}

error_code bind_only(Listener& listener, const asio::ip::address& address, std::uint16_t port) {
  error_code error;
  const tcp::endpoint endpoint{address, port};
  listener.acceptor.open(endpoint.protocol(), error);
  if (!error) listener.acceptor.set_option(tcp::acceptor::reuse_address{true}, error);
  // Linux hands this option down to every accepted socket, which saves a call for each.
  if (!error) listener.acceptor.set_option(tcp::no_delay{true}, error);
  if (!error && address.is_v6()) listener.acceptor.set_option(asio::ip::v6_only{true}, error);
  if (!error) listener.acceptor.bind(endpoint, error);
  if (!error) listener.acceptor.native_non_blocking(true, error);
  error_code ignored;
  if (error) listener.acceptor.close(ignored);
  return error;
}

error_code bind_and_listen(Listener& listener, const asio::ip::address& address, std::uint16_t port) {
  error_code error = bind_only(listener, address, port);
  if (error) return error;
  listener.acceptor.listen(kListenBacklog, error);
  error_code ignored;
  if (error) listener.acceptor.close(ignored);
  return error;
}

std::optional<ServerError> read_policy(const ListenerConfig& config, ListenerPolicy& policy) {
  policy.proxy_protocol = config.proxy_protocol;
  policy.plain = config.plain;
  policy.tls = config.tls;
  for (const std::string& block : config.proxy_trusted) {
    if (policy.trusted.add(block) == CidrTable::AddError::malformed)
      return ServerError{.what = "proxy_trusted: '" + block + "' is not an address block", .hint = "write it like 10.0.0.0/8"};
  }
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<Listener>, ServerError> open_listener(asio::io_context& io, const ListenerConfig& config, ListenerRole role,
                                                             std::uint16_t preferred_port) {
  auto listener = std::make_unique<Listener>(io);
  listener->role = std::move(role);
  if (auto problem = read_policy(config, listener->policy)) return fail(*problem);

  error_code error;
  const asio::ip::address address = asio::ip::make_address(config.address, error);
  if (error) {
    return fail(ServerError{.what = "cannot listen on '" + config.address + "': not an IP address",
                            .hint = "give each instance an address such as 127.0.2.1"});
  }
  if (config.port != 0) {
    error = bind_and_listen(*listener, address, config.port);
    if (error) return fail(bind_error(config, config.port, error));
  } else if (preferred_port == 0 || bind_and_listen(*listener, address, preferred_port)) {
    error = bind_and_listen(*listener, address, 0);
    if (error) return fail(bind_error(config, 0, error));
  }
  listener->address = config.address;
  listener->port = listener->acceptor.local_endpoint(error).port();
  return listener;
}

// A port that is bound and where nobody listens refuses whoever comes, and nobody else gets it.
void stop_listening(Listener& listener) {
  error_code ignored;
  listener.acceptor.close(ignored);
  listener.pause.cancel();
  bind_only(listener, asio::ip::make_address(listener.address, ignored), listener.port);
}

std::string listen_again(Listener& listener) {
  error_code error;
  if (!listener.acceptor.is_open()) error = bind_only(listener, asio::ip::make_address(listener.address, error), listener.port);
  if (!error) listener.acceptor.listen(kListenBacklog, error);
  return error ? "cannot listen on " + listener.address + ":" + std::to_string(listener.port) + " again: " + error.message()
               : std::string{};
}

}  // namespace fleetsim::platform
