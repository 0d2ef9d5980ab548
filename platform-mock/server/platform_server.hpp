// The platform on real sockets: one thread, one event loop, one MQTT listener per instance, the global bootstrap endpoint and, where
// it is wanted, the management endpoint.
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
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devicecore/base/result.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/durable_state.hpp"
#include "platform-mock/core/output.hpp"
#include "platform-mock/core/platform.hpp"
#include "platform-mock/core/platform_host.hpp"

namespace fleetsim::platform {

/// Something that keeps the platform from serving as it should.
struct HealthProblem {
  std::string what;    // "draining", "store", …: a word
  std::string detail;  // for people
};

struct ServerOptions {
  std::uint64_t seed = 1;
  std::string ca_out;  // where the CA certificate (PEM, no key) is written; empty: nowhere
  /// Called on the server's thread for every event; must not block. May be empty.
  std::function<void(const PlatformEvent&, Instant)> on_event;
  /// Called on the server's thread when the host itself is in the way (no descriptors left). May be empty.
  std::function<void(std::string_view)> on_warning;
  /// What else is not well, for /healthz: called on the server's thread, must not block. May be empty.
  std::function<void(std::vector<HealthProblem>&)> health;
  /// What outlives the process; null: nothing. Must outlive the server. Its seed counts then.
  DurableState* state = nullptr;
  /// Called on the server's thread when a change could not be kept: nobody is told anything any more, all connections are cut, and the
  /// process should end. May be empty.
  std::function<void(const StoreError&)> on_state_lost;
  /// The moment that Instant 0 means; so that both sides of an in-process run share one clock.
  std::chrono::steady_clock::time_point epoch = std::chrono::steady_clock::now();
};

struct ServerError {
  std::string what;  // "cannot listen on 127.0.2.1:1884: Address already in use"
  std::string hint;  // what to do about it
};

/// Of the socket shell; the platform's own figures are Platform::statistics().
struct ServerStatistics {
  std::uint64_t connections_open = 0;
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;         // by the shell: PROXY, TLS, too slow, too many
  std::uint64_t slow_consumers = 0;  // of those refused
  std::uint64_t accept_pauses = 0;   // out of descriptors
};

class PlatformServer : public PlatformHost {
 public:
  static Result<std::unique_ptr<PlatformServer>, ServerError> start(PlatformConfig config, ServerOptions options);
  /// Nothing when the configuration has no management endpoint.
  virtual const std::optional<Endpoint>& management() const = 0;
  /// Of /metrics and /healthz, when the configuration gives them one.
  virtual const std::optional<Endpoint>& metrics() const = 0;
  /// Where an advertised name leads, also one of a product that was added while the server ran. From any thread.
  virtual std::optional<std::string> address_of(std::string_view advertised_name) const = 0;
  virtual ServerStatistics statistics() = 0;
};

}  // namespace fleetsim::platform
