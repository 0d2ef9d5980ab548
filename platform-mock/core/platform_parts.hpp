// What the platform is made of, and how its parts are tied together. Only platform.cpp sees it: to everybody else the platform is its
// facade.
//
//   parts_->take_late(now, output);        // what was held back on purpose
//   parts_->settle(now, output);           // the end of each step
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform-mock/core/api/api_service.hpp"
#include "platform-mock/core/bootstrap.hpp"
#include "platform-mock/core/bootstrap_link.hpp"
#include "platform-mock/core/connection_table.hpp"
#include "platform-mock/core/console/console_part.hpp"
#include "platform-mock/core/deadline_queue.hpp"
#include "platform-mock/core/files/device_files.hpp"
#include "platform-mock/core/files/file_server.hpp"
#include "platform-mock/core/files/firmware_files.hpp"
#include "platform-mock/core/files/job_records.hpp"
#include "platform-mock/core/files/parsing_scripts.hpp"
#include "platform-mock/core/files/remote_config_files.hpp"
#include "platform-mock/core/http/management_service.hpp"
#include "platform-mock/core/misbehaviour/delivery.hpp"
#include "platform-mock/core/misbehaviour/engine.hpp"
#include "platform-mock/core/mqtt/broker.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"
#include "platform-mock/core/nearest.hpp"
#include "platform-mock/core/ota/firmware_store.hpp"
#include "platform-mock/core/ota/upgrades.hpp"
#include "platform-mock/core/platform.hpp"
#include "platform-mock/core/random_stream.hpp"
#include "platform-mock/core/things/device_registration.hpp"
#include "platform-mock/core/things/remote_config.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {

struct Platform::Parts {
  Parts(PlatformConfig wanted, Ports given)
      : config(std::move(wanted)),
        ports(given),
        registry(config),
        counts(config.instances.size()),
        nearest(config.geo, ports.countries, config.planted_bugs.nearest_takes_first),
        misbehaviour(registry, {.seed = ports.seed,
                                .rules_max = config.limits.misbehaviour_rules,
                                .held_bytes_max = config.limits.misbehaviour_held_bytes,
                                .job_faults_max = config.limits.job_faults}),
        distribution(config, registry, nearest, seed_of_start(ports.seed, ports.starts)),
        bootstrap(config, registry, distribution),
        management(config.limits),
        operations(config.limits),
        files(ports.hmac, ports.seed, config.limits.output_bytes_per_connection / 2),
        job_records(distribution, config.record_format),
        parsing_scripts(registry),
        firmware_files(config, ports, files),
        remote_config_files(config, ports, registry, remote_configs, files),
        device_files(things),
        registration(registry, ports.hmac, ports.seed),
        upgrades(firmwares, registry, distribution),
        broker({.config = config,
                .hmac = ports.hmac,
                .registry = registry,
                .distribution = distribution,
                .connections = connections,
                .deadlines = deadlines,
                .statistics = statistics,
                .counts = counts,
                .things = things,
                .configs = remote_configs,
                .registration = registration,
                .upgrades = upgrades,
                .misbehaviour = misbehaviour}),
        desk(broker) {
    distribution.tell(&things);
    distribution.inject(&misbehaviour);
    distribution.count(&counts.limits);
    registration.count(&counts.limits);
    firmware_files.count(&counts.limits);
    management.count(&counts.limits);
    operations.count(&counts.limits);
    misbehaviour.count(&counts.limits);
    bootstrap.count(&counts);
    registration.limit(config.limits);
    things.limit(config.limits);
    firmwares.limit(config.limits);
    upgrades.limit(config.limits);
    bootstrap.serve_registration(&registration);
    bootstrap.misbehave_by(&misbehaviour);
    for (const MisbehaviourRule& rule : config.misbehaviour) misbehaviour.add(rule, Instant{});
    files.add(std::string{job_record_folder}, job_records);
    files.add(std::string{parsing_script_folder}, parsing_scripts);
    files.add(std::string{device_file_folder}, device_files);
    files.add(std::string{firmware_file_folder}, firmware_files);
    files.add(std::string{remote_config_folder}, remote_config_files);
    upgrades.serve_files(&firmware_files);
    remote_configs.serve_files(&remote_config_files);
    management.add(std::string{FirmwareFiles::path_prefix}, firmware_files);
    management.add(std::string{FileServer::path_prefix}, files);
  }

  ConnectionId add(Connection connection, Output& output) {
    const bool is_full = connections.size() >= config.limits.connections_max;
    const ConnectionId id = connections.add(std::move(connection));
    if (is_full) {
      counts.limits.reached(LimitKind::connections);
      PlatformEvent event;
      event.kind = PlatformEventKind::protocol_violation;
      event.reason = "too many connections";
      output.event(event);
      connections.remove(id);
      output.close(id, CloseMode::abort);
    }
    return id;
  }

  ConnectionId add(ManagementLink link, Output& output) {
    Connection connection;
    connection.management = std::make_unique<ManagementLink>(std::move(link));
    const ConnectionId id = add(std::move(connection), output);
    if (const Connection* added = connections.find(id); added != nullptr) deadlines.set(id.slot, added->management->http.deadline());
    return id;
  }

  /// Sends what the bootstrap endpoint says, and closes or waits on.
  void take_bootstrap_step(ConnectionId id, const BootstrapLink& link, BootstrapService::Step step, Instant now, Output& output) {
    if (step.delivery != nullptr || misbehaviour.late().sends_to(id)) {
      const misbehaviour::Delivery delivery = step.delivery != nullptr ? *step.delivery : misbehaviour::Delivery{};
      const misbehaviour::RightEnd end{.closes = step.close, .patience = config.limits.http_idle_timeout};
      const misbehaviour::Departure departure = deliver(misbehaviour.late(), id, step.bytes, delivery, end, now);
      step.bytes = departure.bytes;
      step.close = departure.close;
    }
    if (!step.bytes.empty()) output.send(id, step.bytes);
    if (step.close) {
      deadlines.clear(id.slot);
      connections.remove(id);
      output.close(id, CloseMode::after_flush);
    } else {
      deadlines.set(id.slot, link.http.deadline());
    }
  }

  /// The same for the management endpoint.
  void take_management_step(ConnectionId id, const ManagementLink& link, const ManagementService::Step& step, Output& output) {
    if (!step.bytes.empty()) output.send(id, step.bytes);
    if (step.close) {
      deadlines.clear(id.slot);
      connections.remove(id);
      output.close(id, CloseMode::after_flush);
    } else {
      deadlines.set(id.slot, link.http.deadline());
    }
  }

  /// Those that are inside a request get its answer, those that are sent something late get that.
  void close_idle_bootstraps(Instant now, Output& output) {
    for (const ConnectionId id : connections.ids()) {
      const Connection* const found = connections.find(id);
      if (found == nullptr || found->bootstrap == nullptr) continue;
      if (found->bootstrap->http.in_request() || misbehaviour.late().sends_to(id)) continue;
      take_bootstrap_step(id, *found->bootstrap, {.bytes = {}, .close = true}, now, output);
    }
  }

  void bootstrap_due(ConnectionId id, BootstrapLink& link, Instant now, Output& output) {
    if (now < link.http.deadline()) return deadlines.set(id.slot, link.http.deadline());
    take_bootstrap_step(id, link, bootstrap.expired(link.http, link.peer, output), now, output);
  }

  /// What was held back and is due.
  void take_late(Instant now, Output& output) {
    misbehaviour::LateOutput& late = misbehaviour.late();
    late.begin_step();
    while (const auto due = late.take_due(now)) {
      Connection* const found = connections.find(due->connection);
      if (found == nullptr) {
        late.forget(due->connection);
        continue;
      }
      if (!due->bytes.empty()) output.send(due->connection, due->bytes);
      if (!due->ending) continue;
      if (found->mqtt != nullptr) {
        broker.end(*found->mqtt, *due->ending, {now, output});
        continue;
      }
      deadlines.clear(due->connection.slot);
      connections.remove(due->connection);
      output.close(due->connection, CloseMode::after_flush);
    }
  }

  void management_due(ConnectionId id, ManagementLink& link, Instant now, Output& output) {
    if (now < link.http.deadline()) return deadlines.set(id.slot, link.http.deadline());
    take_management_step(id, link, link.service->expired(link, id, now, output), output);
  }

  /// The step is over. Answers that were promised go out only now, when no other request is being answered.
  void settle(Instant now, Output& output) {
    broker.settle({now, output});
    for (std::size_t i = 0; i < late_answers.size(); ++i) {  // an answer lets the next request be read, which may add another
      const LateAnswer late = late_answers[i];
      Connection* const found = connections.find(late.connection);
      const auto promise = api->state().keep_promise(late.connection, late.ticket);
      if (promise && api->keep_late(late.connection, late.object, *promise)) continue;
      if (!promise || found == nullptr || found->management == nullptr) continue;
      ManagementLink& link = *found->management;
      if (!link.http.waiting()) continue;
      const HttpAnswer answer = api->answer_later(late.object, *promise);
      take_management_step(late.connection, link, link.service->complete(link, late.connection, answer, now, output), output);
    }
    late_answers.clear();
  }

  void notify_handed_over(Instant now, Output& output) {
    for (const DeviceIndex device : distribution.take_handed_over()) broker.notify_again(device, {now, output});
    broker.part_distributed({now, output});
  }

  PlatformConfig config;
  Ports ports;
  Registry registry;
  PlatformCounts counts;
  NearestAccess nearest;
  misbehaviour::Engine misbehaviour;
  Distribution distribution;
  std::unique_ptr<ConsolePart> console;  // made last: it looks at the whole platform
  BootstrapService bootstrap;
  ManagementService management;
  ManagementService operations;
  FileServer files;
  JobRecords job_records;
  ParsingScripts parsing_scripts;
  FirmwareFiles firmware_files;
  std::unique_ptr<ApiService> api;  // made last, as the console is
  struct LateAnswer {
    ConnectionId connection;
    std::uint64_t ticket = 0;
    std::string object;
  };
  std::vector<LateAnswer> late_answers;
  ConnectionTable connections;
  DeadlineQueue deadlines;
  Statistics statistics;
  things::ThingStore things;
  things::RemoteConfigs remote_configs;
  RemoteConfigFiles remote_config_files;
  DeviceFiles device_files;
  things::DeviceRegistration registration;
  ota::FirmwareStore firmwares;
  ota::Upgrades upgrades;
  mqtt::Broker broker;
  mqtt::DeviceDesk desk;
};

}  // namespace fleetsim::platform
