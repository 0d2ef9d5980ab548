// Sub-devices: they have no connection of their own, but speak and hear through their gateway's while they are logged in there.
#include "platform-mock/core/mqtt/broker.hpp"
#include "platform-mock/core/mqtt/services/firmware.hpp"

namespace fleetsim::platform::mqtt {
namespace {

Publish message_on(std::string_view topic, std::string_view payload) {
  return {.topic = topic, .payload = bytes_of(payload), .packet_id = 0, .qos = qos_at_most_once, .retain = false, .duplicate = false};
}

}  // namespace

bool Broker::send(DeviceIndex device, std::string_view topic, std::string_view payload, const Turn& turn) {
  Session* session = session_for(device);
  return session != nullptr && deliver(*session, names_of(device), message_on(topic, payload), MessageKind::ordinary, turn);
}

/// Replies go down with QoS 0: one that is lost is asked for again by the request that waits for it.
bool Broker::reply(const Request& request, std::string_view topic, std::string_view payload) {
  const DeviceState& state = state_of(request.sender);
  const auto is_asked = [&request](const auto& session) { return session != nullptr && session->instance == request.sender_at; };
  Session* session = is_asked(state.leftover) ? state.leftover.get() : is_asked(state.current) ? state.current.get() : nullptr;
  return session != nullptr && deliver(*session, request.names, message_on(topic, payload), MessageKind::ordinary, request.turn);
}

/// What a signed login of the sub-device through this gateway is worth; nothing when it would not end where the gateway is.
std::optional<Admission> Broker::admission_behind(const Session& gateway, DeviceIndex sub_device) const {
  const DeviceRecord& record = parts_.registry.device(sub_device);
  // A gateway that is being moved away takes nobody on any more.
  const auto* at = std::get_if<Bound>(&parts_.registry.device(gateway.device).placement);
  if (at == nullptr || at->at != gateway.instance) return std::nullopt;
  if (record.removed || gateway.link == nullptr || gateway.access != SessionAccess::full) return std::nullopt;
  const Admission admission = parts_.distribution.admit(sub_device, gateway.instance, gateway.link->peer);
  AccountIndex account = record.account;
  if (admission == Admission::commit) account = parts_.distribution.job(std::get_if<Handover>(&record.placement)->job).target_account;
  if (account != gateway.account) return std::nullopt;
  return admission;
}

bool Broker::may_join(DeviceIndex gateway, DeviceIndex sub_device) const {
  const Session* session = devices_[gateway.value].current.get();
  if (session == nullptr) return false;
  const auto admission = admission_behind(*session, sub_device);
  return admission == Admission::accept || admission == Admission::commit || admission == Admission::refuse_disabled;
}

std::int32_t Broker::log_in(DeviceIndex gateway, const std::vector<DeviceIndex>& sub_devices, const Turn& turn) {
  Session* session = state_of(gateway).current.get();
  if (session == nullptr) return alink_code::no_topology;  // it stands behind a gateway itself
  const std::int32_t code = check_logins(*session, sub_devices, turn);
  if (code != alink_code::success) return code;
  for (const DeviceIndex sub_device : sub_devices) log_in_one(*session, sub_device, turn);
  return alink_code::success;
}

/// Whether all of them may log in now: after this none fails.
std::int32_t Broker::check_logins(Session& gateway, const std::vector<DeviceIndex>& sub_devices, const Turn& turn) {
  const Limits& limits = parts_.config.limits;
  std::size_t fresh = 0;
  for (const DeviceIndex sub_device : sub_devices) {
    const auto admission = admission_behind(gateway, sub_device);
    if (admission == Admission::refuse_disabled) return alink_code::sub_device_disabled;
    if (admission != Admission::accept && admission != Admission::commit) return alink_code::no_topology;
    if (!online_sub_devices_.has(gateway.device, sub_device)) ++fresh;
  }
  if (documented()) {
    gateway.rates().advance_to(turn.now);
    if (gateway.rates().logins + sub_devices.size() > limits.sub_device_logins_per_second_per_gateway) {
      reached(LimitKind::sub_device_logins_per_second_per_gateway);
      return alink_code::too_many_requests;
    }
    gateway.rates().logins += static_cast<std::uint32_t>(sub_devices.size());
  }
  if (online_sub_devices_.sub_devices_of(gateway.device).size() + fresh <= limits.online_sub_devices_per_gateway)
    return alink_code::success;
  reached(LimitKind::sub_devices_online_per_gateway);
  return alink_code::too_many_sub_devices;
}

/// Precondition: check_logins() has let it pass.
void Broker::log_in_one(Session& session, DeviceIndex sub_device, const Turn& turn) {
  const DeviceIndex gateway = session.device;
  if (online_sub_devices_.has(gateway, sub_device)) return;
  if (admission_behind(session, sub_device) == Admission::commit) commit(*session.link, sub_device, turn);
  if (const auto other = online_sub_devices_.gateway_of(sub_device)) {
    log_out(*other, sub_device, "Kicked by the same device", turn);
    tell_sub_device_error(*other, sub_device, refusal(alink_code::connected_elsewhere, "connected elsewhere"), turn);
  }
  DeviceState& state = state_of(sub_device);
  if (state.current != nullptr && state.current->link != nullptr) kick(*state.current, turn);
  state.current.reset();
  online_sub_devices_.add(gateway, sub_device, parts_.config.limits.online_sub_devices_per_gateway);
  parts_.registry.activate(sub_device);
  parts_.things.went_online(sub_device, parts_.registry.device(sub_device).resides_at(), unix_ms(turn.now));
  turn.output.event(about_sub_device(PlatformEventKind::device_connected, sub_device, session));
  push_upgrade(services_.world(), sub_device, turn, unix_ms(turn.now));
}

bool Broker::log_out(DeviceIndex gateway, DeviceIndex sub_device, std::string_view reason, const Turn& turn) {
  if (!online_sub_devices_.remove(gateway, sub_device)) return false;
  parts_.things.went_offline(sub_device, parts_.registry.device(sub_device).resides_at(), unix_ms(turn.now));
  PlatformEvent event = about_sub_device(PlatformEventKind::device_disconnected, sub_device, *state_of(gateway).current);
  event.reason = reason;
  turn.output.event(event);
  return true;
}

void Broker::log_out_all(DeviceIndex gateway, std::string_view reason, const Turn& turn) {
  const std::vector<DeviceIndex> leaving = online_sub_devices_.sub_devices_of(gateway);
  for (const DeviceIndex sub_device : leaving) log_out(gateway, sub_device, reason, turn);
}

PlatformEvent Broker::about_sub_device(PlatformEventKind kind, DeviceIndex sub_device, const Session& gateway) const {
  PlatformEvent event = about(kind, gateway);
  const DeviceNames names = names_of(sub_device);
  event.product_key = names.product_key;
  event.device_name = names.device_name;
  event.device = sub_device.value;
  return event;
}

/// /ext/error to the gateway: one of its sub-devices is not served any more, and why.
void Broker::tell_sub_device_error(DeviceIndex gateway, DeviceIndex sub_device, const Answer& error, const Turn& turn) {
  const DeviceNames to = names_of(gateway);
  ServiceWorld& world = services_.world();
  world.topic.assign("/ext/error/").append(to.product_key).append("/").append(to.device_name);
  world.payload.assign(R"({"id":")");
  append_number(world.payload, calls_.next_id().value);
  world.payload.append(R"(","code":)");
  append_number(world.payload, error.code);
  world.payload.append(R"(,"message":")").append(error.message).append(R"(","data":{)");
  append_names(world.payload, names_of(sub_device));
  world.payload.append("}}");
  send(gateway, world.topic, world.payload, turn);
}

void Broker::tell_topology(DeviceIndex gateway, DeviceIndex sub_device, int status, const Turn& turn) {
  ServiceWorld& world = services_.world();
  write_system_topic(world.topic, names_of(gateway), "thing/topo/change");
  world.payload.assign(R"({"id":")");
  append_number(world.payload, calls_.next_id().value);
  world.payload.append(R"(","version":"1.0","params":{"status":)");
  append_number(world.payload, status);
  world.payload.append(R"(,"subList":[{)");
  append_names(world.payload, names_of(sub_device));
  world.payload.append(R"(}]},"method":"thing.topo.change"})");
  send(gateway, world.topic, world.payload, turn);
}

void Broker::changed(DeviceIndex device, Change change, const Turn& turn) {
  auto gateway = parts_.things.topology().gateway_of(device);
  if (gateway && parts_.registry.device(*gateway).is_awaited()) gateway.reset();  // not there yet, where this is done
  const auto online_at = online_sub_devices_.gateway_of(device);
  switch (change) {
    case Change::enabled:
      if (gateway) tell_topology(*gateway, device, things::topology_enabled, turn);
      return;
    case Change::disabled:
      if (gateway) tell_topology(*gateway, device, things::topology_disabled, turn);
      if (online_at)
        tell_sub_device_error(*online_at, device, refusal(alink_code::sub_device_disabled, "the sub-device is disabled"), turn);
      if (online_at) log_out(*online_at, device, "Device is disabled", turn);
      break;
    case Change::removed:
      if (online_at) tell_sub_device_error(*online_at, device, refusal(alink_code::sub_device_deleted, "the sub-device is deleted"), turn);
      if (online_at) log_out(*online_at, device, "Device is deleted", turn);
      break;
  }
  end_sessions(device, change == Change::disabled ? "Device is disabled" : "Device is deleted", turn);
  if (change == Change::disabled) return;
  parts_.registration.forget(device);
  parts_.things.forget(device);
  part_distributed(turn);
}

void Broker::part_distributed(const Turn& turn) {
  if (!parts_.things.has_left()) return;
  for (const DeviceIndex device : parts_.things.take_left()) parts_.upgrades.cancel_for(device, turn.now);
  std::erase_if(parted_, [&turn](const auto& entry) { return entry.second.until <= turn.now; });
  for (const auto& [gateway, sub_device] : parts_.things.take_parted()) {
    tell_topology(gateway, sub_device, things::topology_deleted, turn);
    if (log_out(gateway, sub_device, "Distributed to another instance", turn))
      parted_[sub_device] = {.gateway = gateway, .until = turn.now + parts_.config.source_grace};
  }
}

void Broker::settle(const Turn& turn) {
  part_distributed(turn);
  calls_.expire(turn.now);
  calls_.settle(turn);
}

}  // namespace fleetsim::platform::mqtt
