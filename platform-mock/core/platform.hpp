// The whole platform as one sans-I/O state machine: connections, bytes and time go in; bytes and wishes come out through Output.
// One thread. The shell (platform-mock/server, or the virtual world) owns sockets, TLS and PROXY headers.
//
//   ConnectionId c = platform.accept_mqtt(instance, {.address = peer, .tls = true}, now, output);
//   platform.received(c, bytes, now, output);      // any split of the bytes
//   platform.closed(c, now, output);               // the link is gone; no call for c after that
//                                                  // not needed once the core closed c itself; then it does nothing
//   platform.advance(now, output);                 // when next_deadline() has come
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/ip_address.hpp"
#include "devicecore/base/result.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/counts/platform_counts.hpp"
#include "platform-mock/core/distribution.hpp"
#include "platform-mock/core/durable_state.hpp"
#include "platform-mock/core/files/management_endpoint.hpp"
#include "platform-mock/core/misbehaviour/certificate_fault.hpp"
#include "platform-mock/core/output.hpp"
#include "platform-mock/core/platform_config.hpp"
#include "platform-mock/core/ports.hpp"
#include "platform-mock/core/registry.hpp"

namespace fleetsim::platform {

namespace mqtt {
class DeviceDesk;
}  // namespace mqtt
namespace misbehaviour {
class Engine;
}  // namespace misbehaviour
namespace ota {
class FirmwareStore;
class Upgrades;
}  // namespace ota
namespace things {
class RemoteConfigs;
class ThingStore;
}  // namespace things

struct PeerInfo {
  IpAddress address;  // of the device: from the socket or from its PROXY header
  bool tls = false;
};

/// Where devices are told to go: filled in by the shell once it listens (ports may be chosen then).
struct AdvertisedEndpoint {
  std::string host;  // "127.0.2.1", or "{pk}.iot-as-mqtt.cn-shanghai.aliyuncs.com" with {pk} replaced per answer
  std::uint16_t port = 0;
};

class ApiObserver;
class FileServer;
class FirmwareFiles;
class RemoteConfigFiles;
class ManagementService;

class Platform {
 public:
  Platform(PlatformConfig config, Ports ports);
  ~Platform();
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;

  void advertise(InstanceIndex instance, AdvertisedEndpoint endpoint);
  void advertise_management(ManagementEndpoint endpoint);
  /// Unix time, in milliseconds, of Instant 0: what the devices' time service tells. 0 until it is set.
  void set_unix_epoch_ms(std::int64_t unix_ms);

  ConnectionId accept_mqtt(InstanceIndex instance, const PeerInfo& peer, Instant now, Output& output);
  ConnectionId accept_bootstrap(const PeerInfo& peer, Instant now, Output& output);
  ConnectionId accept_management(const PeerInfo& peer, Instant now, Output& output);
  /// At the listener for those who watch the process, where there is one of its own.
  ConnectionId accept_operations(const PeerInfo& peer, Instant now, Output& output);
  void received(ConnectionId connection, ByteView bytes, Instant now, Output& output);
  void closed(ConnectionId connection, Instant now, Output& output);
  /// Bytes of this connection come soon: its memory is asked for ahead of time. Changes nothing.
  void prefetch_slot(ConnectionId connection) const;
  void prefetch(ConnectionId connection) const;
  void advance(Instant now, Output& output);
  Instant next_deadline() const;

  Registry& registry();
  const Distribution& distribution() const;
  /// For codes, firmware grants, faults and the listener; jobs are created, retried and advanced below, for devices must hear of it.
  Distribution& distribution();
  /// What is to go wrong inside jobs, on demand.
  JobFaultScript& job_faults();
  /// What is done wrong on demand.
  misbehaviour::Engine& misbehaviour();
  /// What the next handshake of a listener is to be like: of "bootstrap" or an instance's id.
  misbehaviour::TlsHandshake tls_handshake(std::string_view endpoint, std::string_view region, const IpAddress& peer, Instant now,
                                           Output& output);
  /// Creates the job, hands its first batch of devices over and notifies those that are online now; advance() does the rest.
  Result<JobIndex, DistributeError> distribute(const DistributeRequest& request, Instant now, Output& output);
  std::optional<DistributeError> retry_job(JobIndex job, Instant now, Output& output);
  /// Closes what is open of the device, on both sides of a move, and forgets its kept session.
  void end_sessions(DeviceIndex device, std::string_view reason, Instant now, Output& output);
  /// Ends its sessions, takes it out of its handover and out of the registry.
  void remove_device(DeviceIndex device, Instant now, Output& output);
  /// A downlink message to one device, sent now or, with QoS 1 and a kept session (clean session 0), queued while it is offline.
  /// False when it goes nowhere: unknown device, not its topic, not subscribed, offline without a kept session, queue full, too fast.
  bool publish_to_device(DeviceIndex device, std::string_view topic, ByteView payload, std::uint8_t qos, Instant now, Output& output);
  /// What users do with devices: calls, wishes, shadows, updates (mqtt/device_desk.hpp).
  mqtt::DeviceDesk& devices();
  // What is kept of devices, products and firmware (things/, ota/).
  things::ThingStore& things();
  things::RemoteConfigs& remote_configs();
  ota::FirmwareStore& firmwares();
  ota::Upgrades& upgrades();

  /// What a store keeps of all this.
  DurableParts durable_parts();

  /// What the management endpoint serves: more parts can be added, and files.
  ManagementService& management();
  /// The same of accept_operations(): empty at first.
  ManagementService& operations();
  FileServer& files();
  /// What the platform's users have uploaded to be sent to devices.
  FirmwareFiles& firmware_files();
  /// What devices fetch as their configuration.
  RemoteConfigFiles& remote_config_files();
  /// The answer that an action has promised; `object` is JSON. It goes out when the step is over.
  void answer_api_call(ConnectionId connection, std::uint64_t ticket, std::string_view object);

  /// SIGTERM's drain, first half: every CONNECT is refused with 3 (server unavailable), every call of the management and the console's
  /// API with 503, connections to the bootstrap endpoint that are inside no request are closed. What is under way goes on: answers that
  /// are waited for, a bootstrap request whose rest has to come, jobs.
  void refuse_newcomers(Instant now, Output& output);
  /// Something is under way that a drain should wait for.
  bool is_busy() const;
  /// The second half: whoever still waits for an answer gets 503, open sessions are closed.
  void drain(Instant now, Output& output);

  /// Who is told of each answered call of the management API; null: nobody. It must outlive this.
  void observe_api(ApiObserver* observer);
  const PlatformCounts& counts() const;
  LimitCounts& limits_reached();
  /// How full the bounded things are now.
  struct Levels {
    std::size_t open_calls = 0;    // to devices
    std::size_t open_answers = 0;  // of the management API, promised
    std::size_t api_nonces = 0;    // remembered
    std::size_t connections = 0;
  };
  Levels levels() const;

  struct Statistics {
    std::uint64_t connections_open = 0;
    std::uint64_t sessions_online = 0;
    std::uint64_t connects_accepted = 0;
    std::uint64_t connects_refused = 0;
    std::uint64_t publishes_received = 0;
    std::uint64_t publishes_dropped = 0;
    std::uint64_t bootstraps_answered = 0;
    std::uint64_t bootstraps_refused = 0;
    std::uint64_t notifies_sent = 0;
    std::uint64_t notify_replies = 0;
    std::uint64_t commits = 0;
    std::uint64_t misbehaviours = 0;
  };
  Statistics statistics() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace fleetsim::platform
