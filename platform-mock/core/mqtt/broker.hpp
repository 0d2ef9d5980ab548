// The platform's MQTT side: every instance's listener ends here. CONNECT checks, sessions, subscriptions, QoS 1 both ways, notify, and
// the way to the services (services/), on links that the platform's facade opens and closes.
//
//   broker.received(link, bytes, {now, output});   // the link may be gone afterwards
//   broker.notify_again(device, {now, output});    // a job has handed the device over
//   broker.settle({now, output});                  // the step is over: who waited for a device's answer is told
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/connection_table.hpp"
#include "platform-mock/core/counts/platform_counts.hpp"
#include "platform-mock/core/deadline_queue.hpp"
#include "platform-mock/core/distribution.hpp"
#include "platform-mock/core/misbehaviour/engine.hpp"
#include "platform-mock/core/mqtt/connect_auth.hpp"
#include "platform-mock/core/mqtt/decoder.hpp"
#include "platform-mock/core/mqtt/link.hpp"
#include "platform-mock/core/mqtt/services/services.hpp"
#include "platform-mock/core/mqtt/session.hpp"
#include "platform-mock/core/mqtt/split_buffers.hpp"
#include "platform-mock/core/mqtt/turn.hpp"
#include "platform-mock/core/output.hpp"
#include "platform-mock/core/platform.hpp"
#include "platform-mock/core/registry.hpp"

namespace fleetsim::platform::mqtt {

/// Room for the header, topic and packet id of a PUBLISH with the largest payload.
inline constexpr std::size_t publish_overhead_bytes = 1024;

class Broker final : private DeviceLines {
 public:
  struct Parts {
    const PlatformConfig& config;
    const HmacPort& hmac;
    Registry& registry;
    Distribution& distribution;
    ConnectionTable& connections;
    DeadlineQueue& deadlines;
    Platform::Statistics& statistics;
    PlatformCounts& counts;
    things::ThingStore& things;
    things::RemoteConfigs& configs;
    things::DeviceRegistration& registration;
    ota::Upgrades& upgrades;
    misbehaviour::Engine& misbehaviour;
  };
  explicit Broker(const Parts& parts);

  void received(Link& link, ByteView bytes, const Turn& turn);
  void closed_by_peer(Link& link, const Turn& turn);
  /// The link's deadline has come, or an earlier one that has moved since.
  void deadline_reached(Link& link, const Turn& turn);
  void arm(const Link& link) { parts_.deadlines.set(link.id.slot, link.deadline()); }

  /// Sends thing/bootstrap/notify if the device is being moved away from where it is connected, and can hear it.
  void notify_again(DeviceIndex device, const Turn& turn);
  bool publish_to_device(DeviceIndex device, const Publish& message, const Turn& turn);
  /// Every CONNECT is refused from now on; who is connected stays.
  void refuse_newcomers() { draining_ = true; }
  void drain(const Turn& turn);
  /// Closes what is open of the device and forgets what was kept for it.
  void end_sessions(DeviceIndex device, std::string_view reason, const Turn& turn);

  /// Ends what is open on the link, in one of the ways that misbehaviour knows.
  void end(Link& link, misbehaviour::ConnectAnswer::Ending ending, const Turn& turn);

  /// The step is over: what it left to be said is said, and whoever waited for a device's answer hears it. No more than that is left
  /// when next_deadline() is kNever.
  void settle(const Turn& turn);
  /// The first part of it, for a step of distribution: gateways lose the sub-devices that were distributed.
  void part_distributed(const Turn& turn);
  Instant next_deadline() const { return calls_.next_deadline(); }

  /// Connected, or logged in through its gateway.
  bool is_online(DeviceIndex device) const;
  enum class Change : std::uint8_t { disabled, enabled, removed };
  /// The registry has it so from now on: sessions end, and gateways hear of their sub-devices.
  void changed(DeviceIndex device, Change change, const Turn& turn);
  /// thing/topo/change to the sub-device's gateway, which must be online.
  void tell_topology(DeviceIndex gateway, DeviceIndex sub_device, int status, const Turn& turn);
  DeviceCalls& calls() { return calls_; }
  std::size_t open_calls() const { return calls_.open_count(); }
  ServiceWorld& world() { return services_.world(); }
  std::int64_t unix_ms(Instant now) const;

  /// Unix time of Instant 0, for the time service.
  void set_unix_epoch_ms(std::int64_t unix_ms) { unix_epoch_ms_ = unix_ms; }

 private:
  enum class Flow : std::uint8_t { goes_on, link_is_gone };
  enum class Delivery : std::uint8_t { first, again };

  /// What the broker knows of a registered device.
  struct DeviceState {
    std::unique_ptr<Session> current;   // where the device is now, or was last
    std::unique_ptr<Session> leftover;  // at the source of the last move, until its grace is over
    std::int64_t connects_since_s = 0;
    std::uint32_t connects = 0;
  };
  /// Of an account's devices together, in the running second.
  struct AccountRates {
    std::int64_t second = -1;
    std::uint32_t connects = 0;
    std::uint32_t uplink = 0;
    std::uint32_t downlink = 0;
  };
  struct Login {
    DeviceIndex device;
    ClientIdFields client_id;
    Admission admission = Admission::accept;
  };
  struct Refusal {
    std::uint8_t code = 0;
    std::string_view reason;
    std::optional<DeviceIndex> device;
    std::optional<LimitKind> limit = {};  // that was reached
  };
  /// A sub-device that was distributed, and the gateway that it was online through.
  struct Parted {
    DeviceIndex gateway;
    Instant until{};
  };
  struct Retained {
    std::string topic;
    std::vector<std::uint8_t> payload;
  };

  // broker.cpp
  Decoded next_packet(Link& link, ByteView& bytes);
  Flow handle(Link& link, const Packet& packet, const Turn& turn);
  Flow handle_online(Link& link, const Packet& packet, const Turn& turn);
  Flow violate(Link& link, std::string_view reason, const Turn& turn);
  void close(Link& link, std::string_view reason, const Turn& turn);
  void detach(Link& link, std::string_view reason, const Turn& turn);
  void discard(const Session& session);
  DeviceState& state_of(DeviceIndex device);
  AccountRates& rates_of(AccountIndex account, Instant now);
  DeviceNames names_of(DeviceIndex device) const;
  PlatformEvent about(PlatformEventKind kind, const Session& session) const;

  // broker_connect.cpp
  Flow connect(Link& link, const Connect& packet, const Turn& turn);
  Flow refuse(Link& link, const Refusal& refusal, const Turn& turn);
  Result<Login, Refusal> check(const Link& link, const Connect& packet, Instant now);
  std::optional<Refusal> check_form(const Link& link, const Connect& packet, const ClientIdFields& client_id) const;
  std::optional<Refusal> check_rates(DeviceIndex device, Instant now);
  std::optional<Refusal> check_admission(Login& login, const Link& link) const;
  void commit(const Link& link, DeviceIndex device, const Turn& turn);
  void kick(Session& session, const Turn& turn);
  void open_session(Link& link, const Connect& packet, const Login& login, const Turn& turn);
  void resume(Session& session, const Turn& turn);

  // broker_uplink.cpp
  Flow publish(Link& link, const Publish& packet, const Turn& turn);
  std::optional<DeviceIndex> speaker_of(const Session& session, std::string_view topic) const;
  std::optional<DeviceIndex> parted_speaker_of(const Session& session, std::string_view topic, Instant now) const;
  std::optional<LimitKind> over_rate(Session& session, const Publish& packet, Instant now);
  void drop(Session& session, DropReason reason, const Turn& turn);
  void drop_foreign(Session& session, const Publish& packet, const Turn& turn);
  void route(Session& session, DeviceIndex speaker, const Publish& packet, const Turn& turn);
  void take_notify_reply(Session& session, DeviceIndex speaker, const Publish& packet, const Turn& turn);
  void retain(const Session& session, const Publish& packet);
  Flow subscribe(Link& link, Subscribe packet, const Turn& turn);
  bool may_hear(const Session& session, std::string_view filter) const;
  bool names_foreign_filter(const Session& session, Filters filters) const;
  std::uint8_t grant(Session& session, const Filter& filter, std::uint32_t position, Instant now);
  std::uint8_t grant_nothing(LimitKind limit);
  void send_retained(const Session& session, Filters filters, const Turn& turn);
  Flow unsubscribe(Link& link, Unsubscribe packet, const Turn& turn);

  // broker_downlink.cpp
  Session* session_for(DeviceIndex device);
  bool deliver(Session& session, const DeviceNames& names, const Publish& message, MessageKind kind, const Turn& turn);
  bool keep(Session& session, const Publish& message, MessageKind kind, const Turn& turn);
  void drop_downlink(Session& session, DropReason reason, const Turn& turn);
  void send_kept(const Session& session, const KeptMessage& message, Delivery delivery, const Turn& turn);
  void acknowledged(Session& session, std::uint16_t packet_id, const Turn& turn);
  void send_waiting(Session& session, const Turn& turn);
  void notify_if_due(Session& session, const Turn& turn);
  bool send_notify(Session& session, DeviceIndex device, const Handover& handover, const Turn& turn);
  const Handover* moving_away(DeviceIndex device, InstanceIndex from) const;

  // broker_sub_devices.cpp
  bool send(DeviceIndex device, std::string_view topic, std::string_view payload, const Turn& turn) override;
  bool reply(const Request& request, std::string_view topic, std::string_view payload) override;
  bool may_join(DeviceIndex gateway, DeviceIndex sub_device) const override;
  std::int32_t log_in(DeviceIndex gateway, const std::vector<DeviceIndex>& sub_devices, const Turn& turn) override;
  bool log_out(DeviceIndex gateway, DeviceIndex sub_device, std::string_view reason, const Turn& turn) override;
  std::int32_t check_logins(Session& gateway, const std::vector<DeviceIndex>& sub_devices, const Turn& turn);
  void log_in_one(Session& session, DeviceIndex sub_device, const Turn& turn);
  std::optional<Admission> admission_behind(const Session& gateway, DeviceIndex sub_device) const;
  void log_out_all(DeviceIndex gateway, std::string_view reason, const Turn& turn);
  void tell_sub_device_error(DeviceIndex gateway, DeviceIndex sub_device, const Answer& error, const Turn& turn);
  PlatformEvent about_sub_device(PlatformEventKind kind, DeviceIndex sub_device, const Session& gateway) const;

  // broker_misbehaviour.cpp: what is done wrong on demand. The way of a packet that is not costs a comparison.
  void put(const Link& link, ByteView packet, const Turn& turn) {
    if (parts_.misbehaviour.touches_packets()) return put_badly(link, packet, turn);
    turn.output.send(link.id, packet);
  }
  void put_badly(const Link& link, ByteView packet, const Turn& turn);
  void send_or_hold(const Link& link, ByteView packet, const misbehaviour::OutgoingPacket& how, const Turn& turn);
  std::optional<Flow> misbehave_at_connect(Link& link, DeviceIndex device, misbehaviour::ConnectAnswer& answer, const Turn& turn);
  Flow end_session_later(Link& link, const misbehaviour::ConnectAnswer& answer, const Turn& turn);
  bool throttled(const Session& session, const Turn& turn);
  misbehaviour::Subject subject_of(const Link& link, DeviceIndex device) const;

  // broker_registration.cpp
  Flow register_device(Link& link, const Connect& packet, const ClientIdFields& client_id, const Turn& turn);
  Flow handle_registered(Link& link, const Packet& packet, const Turn& turn);
  bool token_matches(DeviceIndex device, const ClientIdFields& client_id, ByteView password) const;

  InstanceCounts& counts_at(InstanceIndex instance) { return parts_.counts.instances[instance.value]; }
  void reached(LimitKind limit) { parts_.counts.limits.reached(limit); }
  bool documented() const { return parts_.config.limits.mode == LimitsMode::documented; }

  Parts parts_;
  std::vector<DeviceState> devices_;                                 // by DeviceIndex
  std::vector<AccountRates> accounts_;                               // by AccountIndex
  std::unordered_map<DeviceIndex, std::vector<Retained>> retained_;  // only while the setting asks for it
  SplitBuffers split_buffers_;
  DeviceCalls calls_;
  Services services_;
  things::Topology online_sub_devices_;             // those that speak through their gateway's connection now
  std::unordered_map<DeviceIndex, Parted> parted_;  // for source_grace
  std::vector<std::uint8_t> packet_scratch_;
  std::vector<std::uint8_t> codes_scratch_;
  std::string text_scratch_;
  std::uint64_t next_notify_id_ = 1;
  std::int64_t unix_epoch_ms_ = 0;
  bool draining_ = false;
};

}  // namespace fleetsim::platform::mqtt
