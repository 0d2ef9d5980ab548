// The platform on real sockets: one thread, one event loop, one MQTT listener per instance and the global bootstrap endpoint.
// Names no Asio type, so that everything above stays cheap to compile.
//
//   auto server = PlatformServer::start(config, {.seed = 1});     // bound and listening, or says why not
//   server->endpoints();
//   server->call([](Platform& platform, Output& output, Instant now) { ... });  // on its thread, waits for the result
//   server->stop();                                              // drains, closes, joins
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "devicecore/base/result.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/output.hpp"
#include "platform-mock/core/platform.hpp"

namespace fleetsim::platform {

struct ServerOptions {
  std::uint64_t seed = 1;
  std::string ca_out;  // where the CA certificate (PEM, no key) is written; empty: nowhere
  /// Called on the server's thread for every event; must not block. May be empty.
  std::function<void(const PlatformEvent&, Instant)> on_event;
  /// The moment that Instant 0 means; so that both sides of an in-process run share one clock.
  std::chrono::steady_clock::time_point epoch = std::chrono::steady_clock::now();
};

struct ServerError {
  std::string what;  // "cannot listen on 127.0.2.1:1884: Address already in use"
  std::string hint;  // what to do about it
};

struct Endpoint {
  std::string name;     // instance id, or "bootstrap"
  std::string address;  // where it really listens
  std::uint16_t port = 0;
  std::string advertised_host;
  bool plain = false;
  bool tls = false;
};

class PlatformServer {
 public:
  static Result<std::unique_ptr<PlatformServer>, ServerError> start(PlatformConfig config, ServerOptions options);
  virtual ~PlatformServer() = default;

  virtual const std::vector<Endpoint>& endpoints() const = 0;
  /// PEM of the CA that signed the listeners' certificates.
  virtual const std::string& ca_pem() const = 0;
  /// name -> address for every advertised name that is not an address itself.
  virtual const std::vector<std::pair<std::string, std::string>>& hosts() const = 0;
  /// Runs `work` on the server's thread and waits for it. Not from that thread.
  virtual void call(const std::function<void(Platform&, Output&, Instant)>& work) = 0;
  /// CPU the server's thread has used, in microseconds.
  virtual std::uint64_t cpu_microseconds() = 0;
  /// Refuses new connections, kicks sessions, flushes, at most `drain`; then joins. Idempotent.
  virtual void stop(std::chrono::milliseconds drain) = 0;
};

}  // namespace fleetsim::platform
