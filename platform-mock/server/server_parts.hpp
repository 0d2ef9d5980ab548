// What a running server is made of, and how it is put together. For platform_server.cpp only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform-mock/core/endpoint_names.hpp"
#include "platform-mock/core/platform.hpp"
#include "platform-mock/server/faulty_certificates.hpp"
#include "platform-mock/server/metrics/api_meter.hpp"
#include "platform-mock/server/metrics/health_page.hpp"
#include "platform-mock/server/metrics/metrics_page.hpp"
#include "platform-mock/server/openssl_hmac.hpp"
#include "platform-mock/server/openssl_server_engine.hpp"
#include "platform-mock/server/platform_server.hpp"
#include "platform-mock/server/server_loop.hpp"

namespace fleetsim::platform {

/// What a platform is made from, also the one after a crash.
struct PlatformSource {
  PlatformConfig config;
  ServerOptions options;
  std::int64_t unix_epoch_us = 0;  // the moment of Instant 0 as the wall clock would have told it
  std::uint64_t crashes = 0;
};

/// In the order in which each needs the ones before.
struct ServerParts {
  PlatformSource source;
  std::unique_ptr<CountryLookup> countries;
  OpensslHmac hmac;
  std::string ca_pem;
  std::unique_ptr<TlsServerContext> tls;
  std::unique_ptr<FaultyCertificates> faulty_certificates;
  std::unique_ptr<EndpointNames> names;
  std::vector<Endpoint> endpoints;  // bootstrap, the instances in order
  std::optional<Endpoint> management;
  std::optional<Endpoint> metrics;
  std::vector<std::pair<std::string, std::string>> hosts;
  // The platform tells these to its last moment.
  std::unique_ptr<ApiMeter> api_meter;
  std::unique_ptr<MetricsPage> metrics_page;
  std::unique_ptr<HealthPage> health_page;
  std::unique_ptr<Platform> platform;
  std::unique_ptr<ServerLoop> loop;
};

/// Binds, makes certificates and the platform. Nothing is accepted before ServerLoop::run().
Result<std::unique_ptr<ServerParts>, ServerError> build_server(PlatformConfig config, ServerOptions options);

/// On the loop's thread: the platform is gone with all its connections, and another one has what is kept. Nobody reaches it before
/// ServerLoop::stand_up(). The error says why that cannot be.
std::string crash_and_restart(ServerParts& parts);

}  // namespace fleetsim::platform
