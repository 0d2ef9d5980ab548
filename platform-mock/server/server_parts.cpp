#include "platform-mock/server/server_parts.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

#include "platform-mock/core/configured_products.hpp"
#include "platform-mock/core/http/management_service.hpp"
#include "platform-mock/core/invariants.hpp"
#include "platform-mock/core/update_invariants.hpp"
#include "platform-mock/server/country_database.hpp"
#include "platform-mock/server/listener.hpp"

namespace fleetsim::platform {
namespace {

using Problem = std::optional<ServerError>;

struct BoundListeners {
  std::unique_ptr<Listener> bootstrap;
  std::vector<std::unique_ptr<Listener>> instances;
  std::unique_ptr<Listener> management;  // null: not served
  std::unique_ptr<Listener> metrics;     // the same
};

Result<BoundListeners, ServerError> bind_all(boost::asio::io_context& io, const PlatformConfig& config) {
  BoundListeners bound;
  auto bootstrap =
      open_listener(io, config.bootstrap, {.kind = ListenerKind::bootstrap, .name = "bootstrap", .region = {}, .instance = {}}, 0);
  if (!bootstrap) return fail(bootstrap.error());
  bound.bootstrap = std::move(*bootstrap);
  // One port for all instances, as in the field: a configured 0 takes the first instance's port wherever it is free.
  std::uint16_t shared_port = 0;
  for (std::size_t i = 0; i < config.instances.size(); ++i) {
    const InstanceConfig& instance = config.instances[i];
    ListenerRole role{.kind = ListenerKind::mqtt,
                      .name = std::string{instance.id.view()},
                      .region = std::string{instance.region.view()},
                      .instance = InstanceIndex{static_cast<std::uint32_t>(i)}};
    auto listener = open_listener(io, instance.mqtt, std::move(role), shared_port);
    if (!listener)
      return fail(
          ServerError{.what = "instance " + std::string{instance.id.view()} + ": " + listener.error().what, .hint = listener.error().hint});
    if (shared_port == 0) shared_port = (*listener)->port;
    bound.instances.push_back(std::move(*listener));
  }
  if (config.management) {
    auto management =
        open_listener(io, *config.management, {.kind = ListenerKind::management, .name = "management", .region = {}, .instance = {}}, 0);
    if (!management) return fail(management.error());
    bound.management = std::move(*management);
  }
  if (config.metrics) {
    auto metrics =
        open_listener(io, *config.metrics, {.kind = ListenerKind::operations, .name = "metrics", .region = {}, .instance = {}}, 0);
    if (!metrics) return fail(metrics.error());
    bound.metrics = std::move(*metrics);
  }
  return bound;
}

bool any_tls(const PlatformConfig& config) {
  return config.bootstrap.tls || (config.management && config.management->tls) || (config.metrics && config.metrics->tls) ||
         std::any_of(config.instances.begin(), config.instances.end(), [](const InstanceConfig& instance) { return instance.mqtt.tls; });
}

Problem write_ca(const std::string& path, const std::string& pem) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "w"), &std::fclose};
  if (file && std::fwrite(pem.data(), 1, pem.size(), file.get()) == pem.size() && std::fflush(file.get()) == 0) return std::nullopt;
  return ServerError{.what = "cannot write the CA certificate to " + path + ": " + std::strerror(errno),
                     .hint = "choose a path in a folder that exists and is writable"};
}

Problem make_certificates(const PlatformConfig& config, const ServerOptions& options, ServerParts& parts) {
  if (!any_tls(config)) return std::nullopt;
  auto authority = config.tls.ca_file.empty() ? CertificateAuthority::create() : CertificateAuthority::load_or_create(config.tls.ca_file);
  if (!authority) return ServerError{.what = authority.error().what, .hint = authority.error().hint};
  auto context = TlsServerContext::create(config.tls, *authority, parts.names->certificate_names());
  if (!context) return ServerError{.what = context.error().what, .hint = context.error().hint};
  parts.tls = std::make_unique<TlsServerContext>(std::move(*context));
  parts.ca_pem = authority->pem();
  parts.faulty_certificates = std::make_unique<FaultyCertificates>(config.tls, std::move(*authority), parts.names->certificate_names());
  if (options.ca_out.empty()) return std::nullopt;
  return write_ca(options.ca_out, parts.ca_pem);
}

Problem open_countries(const GeoConfig& geo, std::unique_ptr<CountryLookup>& countries) {
  if (geo.database.empty()) return std::nullopt;
  auto database = CountryDatabase::open(geo.database);
  if (!database) return ServerError{.what = database.error().what, .hint = database.error().hint};
  countries = std::move(*database);
  return std::nullopt;
}

Endpoint endpoint_of(const Listener& listener, std::string advertised_host) {
  return {.name = listener.role.name,
          .address = listener.address,
          .port = listener.port,
          .advertised_host = std::move(advertised_host),
          .plain = listener.policy.plain,
          .tls = listener.policy.tls};
}

void name_endpoints(const PlatformConfig& config, const BoundListeners& bound, ServerParts& parts) {
  BoundAddresses addresses{.instances = {}, .bootstrap = bound.bootstrap->address, .management = {}, .metrics = {}};
  if (bound.management) addresses.management = bound.management->address;
  if (bound.metrics) addresses.metrics = bound.metrics->address;
  for (const auto& listener : bound.instances) addresses.instances.push_back(listener->address);
  parts.names = std::make_unique<EndpointNames>(config, std::move(addresses));
  parts.hosts = parts.names->hosts_map();
  parts.endpoints.push_back(endpoint_of(*bound.bootstrap, parts.names->bootstrap_host()));
  for (std::size_t i = 0; i < bound.instances.size(); ++i)
    parts.endpoints.push_back(endpoint_of(*bound.instances[i], parts.names->instance_host(i)));
  if (bound.management) parts.management = endpoint_of(*bound.management, parts.names->management_host());
  if (bound.metrics) parts.metrics = endpoint_of(*bound.metrics, parts.names->metrics_host());
}

}  // namespace

namespace {

/// /metrics on a listener of its own when there is one, else on the management endpoint; /healthz on both.
void add_pages(const ServerOptions& options, std::uint32_t connections_max, ServerParts& parts) {
  ServerLoop& loop = *parts.loop;
  Platform& platform = *parts.platform;
  parts.api_meter = std::make_unique<ApiMeter>(options.epoch);
  platform.observe_api(parts.api_meter.get());
  parts.metrics_page = std::make_unique<MetricsPage>(platform, *parts.api_meter, [&loop] { return loop.figures(); });
  parts.health_page = std::make_unique<HealthPage>(
      platform, [&loop] { return loop.figures(); }, connections_max, options.health);
  ManagementService& watched = parts.metrics ? platform.operations() : platform.management();
  watched.add("/metrics", *parts.metrics_page);
  platform.management().add("/healthz", *parts.health_page);
  platform.operations().add("/healthz", *parts.health_page);
}

/// What was kept comes back, the configuration adds what is missing, and only a platform that holds together goes on.
Problem recover(const ServerOptions& options, Platform& platform, const std::vector<ProductConfig>& configured,
                std::int64_t unix_epoch_us) {
  DurableState& state = *options.state;
  const auto because = [](const StoreError& problem) { return ServerError{.what = problem.what, .hint = problem.hint}; };
  if (const auto problem = state.recover(platform.durable_parts(), unix_epoch_us)) return because(*problem);
  for (const std::string& sentence : add_configured(platform.registry(), configured))
    if (options.on_warning) options.on_warning(sentence);
  std::vector<std::string> violations = violations_of(platform.registry(), platform.distribution(), platform.things());
  const DurableParts parts = platform.durable_parts();
  const std::vector<std::string> of_updates = update_violations_of({parts.firmwares, parts.upgrades, parts.uploads, parts.registry});
  violations.insert(violations.end(), of_updates.begin(), of_updates.end());
  if (!violations.empty())
    return ServerError{.what = "the kept state does not hold together: " + violations.front() +
                               (violations.size() > 1 ? ", and " + std::to_string(violations.size() - 1) + " more" : std::string{}),
                       .hint = "fleetsim platform --check tells all; put back a copy of the folder, or start with an empty one"};
  if (const auto problem = state.commit()) return because(*problem);
  return std::nullopt;
}

std::unique_ptr<Platform> make_platform(PlatformConfig config, ServerParts& parts) {
  const PlatformSource& source = parts.source;
  Ports ports{
      .hmac = parts.hmac.port(), .digest = parts.hmac.digest_port(), .countries = parts.countries.get(), .seed = source.options.seed};
  if (const DurableState* const state = source.options.state) {
    ports.seed = state->seed();
    ports.starts = state->starts() + source.crashes;
    config.products.clear();  // recover() adds them
  }
  return std::make_unique<Platform>(std::move(config), ports);
}

void advertise_endpoints(const ServerParts& parts) {
  const std::size_t instances = parts.source.config.instances.size();
  for (std::size_t i = 0; i < instances; ++i)
    parts.platform->advertise(InstanceIndex{static_cast<std::uint32_t>(i)},
                              {.host = parts.names->instance_host(i), .port = parts.endpoints[i + 1].port});
  if (!parts.management) return;
  const Endpoint& management = *parts.management;
  parts.platform->advertise_management(
      {.host = parts.names->management_host(), .port = management.port, .plain = management.plain, .tls = management.tls});
}

/// From the configuration, and from what is kept.
Problem start_platform(ServerParts& parts) {
  const PlatformSource& source = parts.source;
  parts.platform = make_platform(source.config, parts);
  parts.loop->attach(*parts.platform, parts.tls.get(), parts.faulty_certificates.get());
  parts.platform->set_unix_epoch_ms(source.unix_epoch_us / 1000);
  if (source.options.state != nullptr) {
    if (auto problem = recover(source.options, *parts.platform, source.config.products, source.unix_epoch_us)) return problem;
  }
  add_pages(source.options, source.config.limits.connections_max, parts);
  advertise_endpoints(parts);
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<ServerParts>, ServerError> build_server(PlatformConfig config, ServerOptions options) {
  auto parts = std::make_unique<ServerParts>();
  if (auto problem = open_countries(config.geo, parts->countries)) return fail(*problem);
  parts->loop = std::make_unique<ServerLoop>(ServerLoop::Settings{.epoch = options.epoch,
                                                                  .limits = config.limits,
                                                                  .on_event = std::move(options.on_event),
                                                                  .on_warning = options.on_warning,
                                                                  .state = options.state,
                                                                  .on_state_lost = std::move(options.on_state_lost)});
  auto bound = bind_all(parts->loop->io(), config);
  if (!bound) return fail(bound.error());
  name_endpoints(config, *bound, *parts);
  if (!parts->names->conflict().empty())
    return fail(ServerError{.what = parts->names->conflict(), .hint = "give each region one public instance, or use names: loopback"});
  if (auto problem = make_certificates(config, options, *parts)) return fail(*problem);

  // What the devices' time service answers with.
  const auto since_epoch = std::chrono::steady_clock::now() - options.epoch;
  const auto unix_epoch = std::chrono::system_clock::now().time_since_epoch() - since_epoch;
  parts->source = {.config = std::move(config),
                   .options = std::move(options),
                   .unix_epoch_us = std::chrono::duration_cast<std::chrono::microseconds>(unix_epoch).count()};
  if (auto problem = start_platform(*parts)) return fail(*problem);
  for (auto& listener : bound->instances) parts->loop->add_listener(std::move(listener));
  parts->loop->add_listener(std::move(bound->bootstrap));
  if (bound->management) parts->loop->add_listener(std::move(bound->management));
  if (bound->metrics) parts->loop->add_listener(std::move(bound->metrics));
  return parts;
}

std::string crash_and_restart(ServerParts& parts) {
  if (parts.source.options.state == nullptr) return "there is no store that it could come back from";
  parts.loop->fall_down();
  parts.platform.reset();  // what it had not kept is gone before anybody reads what it had
  ++parts.source.crashes;
  const Problem problem = start_platform(parts);
  return problem ? problem->what : std::string{};
}

}  // namespace fleetsim::platform
