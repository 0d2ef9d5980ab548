#include "platform-mock/core/platform.hpp"

#include <algorithm>
#include <utility>

#include "platform-mock/core/platform_parts.hpp"

namespace fleetsim::platform {

Platform::Platform(PlatformConfig config, Ports ports) : parts_(std::make_unique<Parts>(std::move(config), ports)) {
  parts_->console = std::make_unique<ConsolePart>(parts_->config, *this);
  parts_->management.add(std::string{console_path_prefix}, *parts_->console);
  parts_->api = std::make_unique<ApiService>(
      ApiService::Parts{.config = parts_->config, .platform = *this, .ports = parts_->ports, .files = parts_->files});
  parts_->management.add("/", *parts_->api);
}
Platform::~Platform() = default;

void Platform::advertise(InstanceIndex instance, AdvertisedEndpoint endpoint) {
  parts_->bootstrap.advertise(instance, std::move(endpoint));
}

void Platform::advertise_management(ManagementEndpoint endpoint) { parts_->files.advertise(std::move(endpoint)); }

void Platform::set_unix_epoch_ms(std::int64_t unix_ms) {
  parts_->broker.set_unix_epoch_ms(unix_ms);
  parts_->console->set_unix_epoch_ms(unix_ms);
  parts_->files.set_unix_epoch_ms(unix_ms);
  parts_->firmware_files.set_unix_epoch_ms(unix_ms);
  parts_->api->set_unix_epoch_ms(unix_ms);
}

ConnectionId Platform::accept_mqtt(InstanceIndex instance, const PeerInfo& peer, Instant now, Output& output) {
  Connection connection;
  connection.mqtt = std::make_unique<mqtt::Link>();
  mqtt::Link& link = *connection.mqtt;
  link.instance = instance;
  link.peer = peer.address;
  link.transport = peer.tls ? mqtt::Transport::tls : mqtt::Transport::plain;
  link.closes_at = now + parts_->config.limits.connect_packet_timeout;
  const ConnectionId id = parts_->add(std::move(connection), output);
  if (Connection* added = parts_->connections.find(id); added != nullptr) {
    added->mqtt->id = id;
    parts_->broker.arm(*added->mqtt);
  }
  return id;
}

ConnectionId Platform::accept_bootstrap(const PeerInfo& peer, Instant now, Output& output) {
  Connection connection;
  connection.bootstrap = std::make_unique<BootstrapLink>(BootstrapLink{parts_->bootstrap.accept(now), peer.address});
  const ConnectionId id = parts_->add(std::move(connection), output);
  if (const Connection* added = parts_->connections.find(id); added != nullptr)
    parts_->deadlines.set(id.slot, added->bootstrap->http.deadline());
  return id;
}

ConnectionId Platform::accept_management(const PeerInfo& peer, Instant now, Output& output) {
  return parts_->add(parts_->management.accept(peer.address, peer.tls, now), output);
}

ConnectionId Platform::accept_operations(const PeerInfo& peer, Instant now, Output& output) {
  return parts_->add(parts_->operations.accept(peer.address, peer.tls, now), output);
}

void Platform::received(ConnectionId connection, ByteView bytes, Instant now, Output& output) {
  Connection* found = parts_->connections.find(connection);
  if (found == nullptr) return;
  if (found->mqtt != nullptr) {
    parts_->broker.received(*found->mqtt, bytes, {now, output});
    parts_->settle(now, output);
    return;
  }
  if (found->management != nullptr) {
    ManagementLink& link = *found->management;  // stays where it is, whatever the request does to other connections
    parts_->take_management_step(connection, link, link.service->received(link, connection, bytes, now, output), output);
    parts_->settle(now, output);
    return;
  }
  BootstrapLink& link = *found->bootstrap;
  parts_->take_bootstrap_step(connection, link, parts_->bootstrap.received(link.http, link.peer, bytes, now, output), now, output);
}

void Platform::prefetch_slot(ConnectionId connection) const { parts_->connections.prefetch_slot(connection); }
void Platform::prefetch(ConnectionId connection) const { parts_->connections.prefetch(connection); }

void Platform::closed(ConnectionId connection, Instant now, Output& output) {
  Connection* found = parts_->connections.find(connection);
  if (found == nullptr) return;
  if (found->mqtt != nullptr) {
    parts_->broker.closed_by_peer(*found->mqtt, {now, output});
    parts_->settle(now, output);
    return;
  }
  parts_->deadlines.clear(connection.slot);
  parts_->connections.remove(connection);
}

void Platform::advance(Instant now, Output& output) {
  if (parts_->distribution.next_deadline() <= now) {
    parts_->distribution.advance(now, output);
    parts_->notify_handed_over(now, output);
  }
  if (parts_->misbehaviour.late().next_deadline() <= now) parts_->take_late(now, output);
  while (const auto slot = parts_->deadlines.pop_due(now)) {
    const ConnectionId id = parts_->connections.id_of(*slot);
    Connection* found = parts_->connections.find(id);
    if (found == nullptr) continue;
    if (found->mqtt != nullptr) {
      parts_->broker.deadline_reached(*found->mqtt, {now, output});
    } else if (found->management != nullptr) {
      parts_->management_due(id, *found->management, now, output);
    } else {
      parts_->bootstrap_due(id, *found->bootstrap, now, output);
    }
  }
  parts_->settle(now, output);
}

Instant Platform::next_deadline() const {
  return std::min({parts_->deadlines.next(), parts_->broker.next_deadline(), parts_->distribution.next_deadline(),
                   parts_->misbehaviour.late().next_deadline()});
}

Registry& Platform::registry() { return parts_->registry; }
const Distribution& Platform::distribution() const { return parts_->distribution; }
Distribution& Platform::distribution() { return parts_->distribution; }
JobFaultScript& Platform::job_faults() { return parts_->misbehaviour.planned_job_faults(); }
misbehaviour::Engine& Platform::misbehaviour() { return parts_->misbehaviour; }

misbehaviour::TlsHandshake Platform::tls_handshake(std::string_view endpoint, std::string_view region, const IpAddress& peer, Instant now,
                                                   Output& output) {
  misbehaviour::TlsHandshake handshake;
  if (parts_->misbehaviour.busy<misbehaviour::TlsHandshake>())
    parts_->misbehaviour.act(handshake, {.device = {}, .job = {}, .endpoint = endpoint, .region = region, .peer = peer}, {now, output});
  return handshake;
}

Result<JobIndex, DistributeError> Platform::distribute(const DistributeRequest& request, Instant now, Output& output) {
  auto created = parts_->distribution.create_job(request, now, output);
  parts_->notify_handed_over(now, output);
  return created;
}

std::optional<DistributeError> Platform::retry_job(JobIndex job, Instant now, Output& output) {
  auto refused = parts_->distribution.retry(job, now, output);
  parts_->notify_handed_over(now, output);
  return refused;
}

void Platform::end_sessions(DeviceIndex device, std::string_view reason, Instant now, Output& output) {
  parts_->broker.end_sessions(device, reason, {now, output});
}

void Platform::remove_device(DeviceIndex device, Instant now, Output& output) {
  parts_->desk.removed(device, {now, output});
  parts_->distribution.forget(device);
  parts_->registry.remove_device(device);
}

bool Platform::publish_to_device(DeviceIndex device, std::string_view topic, ByteView payload, std::uint8_t qos, Instant now,
                                 Output& output) {
  const std::uint8_t served_qos = qos == 0 ? mqtt::qos_at_most_once : mqtt::qos_at_least_once;
  const mqtt::Publish message{.topic = topic, .payload = payload, .packet_id = 0, .qos = served_qos, .retain = false, .duplicate = false};
  return parts_->broker.publish_to_device(device, message, {now, output});
}

mqtt::DeviceDesk& Platform::devices() { return parts_->desk; }
things::ThingStore& Platform::things() { return parts_->things; }
things::RemoteConfigs& Platform::remote_configs() { return parts_->remote_configs; }
ota::FirmwareStore& Platform::firmwares() { return parts_->firmwares; }
ota::Upgrades& Platform::upgrades() { return parts_->upgrades; }

DurableParts Platform::durable_parts() {
  return {.registry = parts_->registry,
          .distribution = parts_->distribution,
          .things = parts_->things,
          .registration = parts_->registration,
          .remote_configs = parts_->remote_configs,
          .firmwares = parts_->firmwares,
          .upgrades = parts_->upgrades,
          .uploads = parts_->firmware_files.uploads(),
          .api = parts_->api->state()};
}

ManagementService& Platform::management() { return parts_->management; }
ManagementService& Platform::operations() { return parts_->operations; }
FileServer& Platform::files() { return parts_->files; }
RemoteConfigFiles& Platform::remote_config_files() { return parts_->remote_config_files; }
FirmwareFiles& Platform::firmware_files() { return parts_->firmware_files; }

// Kept until the step is over: it may come while another request is being answered.
void Platform::answer_api_call(ConnectionId connection, std::uint64_t ticket, std::string_view object) {
  parts_->late_answers.push_back({connection, ticket, std::string{object}});
}

void Platform::refuse_newcomers(Instant now, Output& output) {
  parts_->broker.refuse_newcomers();
  parts_->api->refuse_newcomers();
  parts_->console->refuse_newcomers();
  parts_->management.close_after_answers();
  parts_->operations.close_after_answers();
  parts_->bootstrap.close_after_answers();
  parts_->close_idle_bootstraps(now, output);
}

bool Platform::is_busy() const {
  return parts_->api->state().open_promises() > 0 || parts_->distribution.next_deadline() != kNever || !parts_->late_answers.empty();
}

void Platform::drain(Instant now, Output& output) {
  refuse_newcomers(now, output);
  for (const ConnectionId id : parts_->connections.ids()) {
    Connection* const found = parts_->connections.find(id);
    if (found == nullptr || found->management == nullptr || !found->management->http.waiting()) continue;
    parts_->api->state().give_up_promise(id);
    ManagementLink& link = *found->management;
    const HttpAnswer answer{.status = 503, .body = R"({"Code":"ServiceUnavailable","Message":"the platform is shutting down"})"};
    parts_->take_management_step(id, link, link.service->complete(link, id, answer, now, output), output);
  }
  parts_->broker.drain({now, output});
}

void Platform::observe_api(ApiObserver* observer) { parts_->api->observe(observer); }
const PlatformCounts& Platform::counts() const { return parts_->counts; }
LimitCounts& Platform::limits_reached() { return parts_->counts.limits; }

Platform::Levels Platform::levels() const {
  return {.open_calls = parts_->broker.open_calls(),
          .open_answers = parts_->api->state().open_promises(),
          .api_nonces = parts_->api->nonces_kept(),
          .connections = parts_->connections.size()};
}

Platform::Statistics Platform::statistics() const {
  Statistics now = parts_->statistics;
  now.connections_open = parts_->connections.size();
  now.bootstraps_answered = parts_->bootstrap.answered();
  now.bootstraps_refused = parts_->bootstrap.refused();
  now.misbehaviours = parts_->misbehaviour.fired();
  return now;
}

}  // namespace fleetsim::platform
