#include "platform-mock/server/serve.hpp"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <optional>
#include <pthread.h>
#include <string_view>
#include <unistd.h>

#include "platform-mock/core/json_text.hpp"

namespace fleetsim::platform {
namespace {

constexpr int kExitEnvironment = 3;

void append_member(std::string& out, std::string_view name, std::string_view value) {
  append_json_string(out, name);
  out.push_back(':');
  append_json_string(out, value);
}

std::string_view text_of(InstanceKind kind) {
  switch (kind) {
    case InstanceKind::public_shared:
      return "public";
    case InstanceKind::enterprise:
      return "enterprise";
  }
  return {};
}

void append_instance(std::string& out, const InstanceConfig& config, const Endpoint& endpoint) {
  out += '{';
  append_member(out, "id", config.id.view());
  out += ',';
  append_member(out, "region", config.region.view());
  out += ',';
  append_member(out, "kind", text_of(config.kind));
  out += ',';
  append_member(out, "host", endpoint.address);
  out += ",\"port\":" + std::to_string(endpoint.port) + ",\"plain\":" + (endpoint.plain ? "true" : "false") +
         ",\"tls\":" + (endpoint.tls ? "true" : "false") + ',';
  append_member(out, "advertised", endpoint.advertised_host);
  out += '}';
}

void append_bootstrap(std::string& out, const Endpoint& endpoint) {
  const bool v6 = endpoint.address.find(':') != std::string::npos;
  const std::string host = v6 ? '[' + endpoint.address + ']' : endpoint.address;
  out += "\"bootstrap\":{";
  append_member(out, "host", endpoint.address);
  out += ",\"port\":" + std::to_string(endpoint.port) + ',';
  append_member(out, "url", (endpoint.tls ? "https://" : "http://") + host + ':' + std::to_string(endpoint.port) + "/auth/bootstrap");
  out += '}';
}

void append_metrics(std::string& out, const Endpoint& endpoint) {
  const bool v6 = endpoint.advertised_host.find(':') != std::string::npos;
  const std::string host = v6 ? '[' + endpoint.advertised_host + ']' : endpoint.advertised_host;
  out += ",\"metrics\":{";
  append_member(out, "host", endpoint.advertised_host);
  out += ",\"port\":" + std::to_string(endpoint.port) + ',';
  append_member(out, "url", (endpoint.plain ? "http://" : "https://") + host + ':' + std::to_string(endpoint.port) + "/metrics");
  out += '}';
}

void append_management(std::string& out, const Endpoint& endpoint) {
  const bool v6 = endpoint.advertised_host.find(':') != std::string::npos;
  const std::string host = v6 ? '[' + endpoint.advertised_host + ']' : endpoint.advertised_host;
  out += ",\"management\":{";
  append_member(out, "host", endpoint.advertised_host);
  out += ",\"port\":" + std::to_string(endpoint.port) + ",\"plain\":" + (endpoint.plain ? "true" : "false") +
         ",\"tls\":" + (endpoint.tls ? "true" : "false") + ',';
  append_member(out, "url", (endpoint.plain ? "http://" : "https://") + host + ':' + std::to_string(endpoint.port));
  out += '}';
}

/// The configuration as it is served alone: the management endpoint is there too, on any free port unless it says which.
PlatformConfig served(const PlatformConfig& config) {
  PlatformConfig all = config;
  if (!all.management) {
    all.management.emplace();
    all.management->tls = config.bootstrap.tls;  // no certificates only for this
  }
  return all;
}

}  // namespace

std::string ready_line(const PlatformConfig& config, const PlatformServer& server, const std::string& ca) {
  const std::vector<Endpoint>& endpoints = server.endpoints();
  std::string out = "{\"schema_version\":1,";
  append_bootstrap(out, endpoints[0]);
  if (server.management()) append_management(out, *server.management());
  if (server.metrics()) append_metrics(out, *server.metrics());
  out += ",\"instances\":[";
  for (std::size_t i = 0; i < config.instances.size(); ++i) {
    if (i > 0) out += ',';
    append_instance(out, config.instances[i], endpoints[i + 1]);
  }
  out += "],\"hosts\":{";
  for (std::size_t i = 0; i < server.hosts().size(); ++i) {
    if (i > 0) out += ',';
    append_member(out, server.hosts()[i].first, server.hosts()[i].second);
  }
  out += "},\"ca\":";
  if (ca.empty()) {
    out += "null";
  } else {
    append_json_string(out, ca);
  }
  out += '}';
  return out;
}

int serve_platform(const PlatformConfig& config, const ServeOptions& options) {
  // Blocked before the server's thread starts, which inherits the mask: only sigwait() below sees them.
  sigset_t ending;
  sigset_t before;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &ending, &before);

  ServeLog log{options.log};
  log.limit(config.limits.log_lines_per_second);
  ServerOptions server_options;
  server_options.seed = options.seed;
  server_options.ca_out = options.ca_out;
  server_options.on_event = [&log](const PlatformEvent& event, Instant) { log.note(event); };
  server_options.on_warning = [&log](std::string_view text) { log.warn(text); };
  server_options.state = options.state;
  std::optional<StoreError> lost;  // of the server's thread until that is joined
  std::atomic<bool> is_lost = false;
  server_options.on_state_lost = [&lost, &is_lost](const StoreError& problem) {
    lost = problem;
    is_lost = true;
    ::kill(::getpid(), SIGTERM);
  };
  auto server = PlatformServer::start(served(config), std::move(server_options));
  if (!server) {
    std::fprintf(stderr, "fleetsim platform: %s\n  hint: %s\n", server.error().what.c_str(), server.error().hint.c_str());
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return kExitEnvironment;
  }
  (*server)->call([&log](Platform& platform, Output&, Instant) { log.count(&platform.limits_reached()); });
  std::printf("%s\n", ready_line(config, **server, options.ca_out).c_str());
  std::fflush(stdout);

  int signal = 0;
  ::sigwait(&ending, &signal);
  if (!is_lost)
    log.info("draining",
             std::string{signal == SIGINT ? "SIGINT" : "SIGTERM"} + ": draining, at most " + std::to_string(options.drain.count()) + " ms");
  (*server)->stop(is_lost ? std::chrono::milliseconds{0} : options.drain);
  log.summarise();  // the server's thread is gone: nobody else writes now
  // A second signal during the drain asked for the same: unblocked, it would end a process that is ending well.
  const timespec at_once{};
  while (::sigtimedwait(&ending, nullptr, &at_once) > 0) {
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (!lost) return 0;
  std::fprintf(stderr, "fleetsim platform: the state cannot be kept any more: %s\n  hint: %s\n", lost->what.c_str(), lost->hint.c_str());
  return kExitEnvironment;
}

}  // namespace fleetsim::platform
