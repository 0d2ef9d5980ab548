#include "platform-mock/core/mqtt/device_desk.hpp"

#include <algorithm>
#include <boost/json/object.hpp>

#include "platform-mock/core/mqtt/broker.hpp"
#include "platform-mock/core/mqtt/services/firmware.hpp"
#include "platform-mock/core/mqtt/services/params_tree.hpp"
#include "platform-mock/core/mqtt/services/product_facts.hpp"
#include "platform-mock/core/mqtt/services/shadow.hpp"

namespace fleetsim::platform::mqtt {
namespace {

namespace json = boost::json;

constexpr std::size_t host_bytes_max = 255;

void begin_request(std::string& out, CallId id) {
  out.assign(R"({"id":")");
  append_number(out, id.value);
  out.append(R"(","version":"1.0","params":)");
}

/// `method` is the topic with dots.
void end_request(std::string& out, std::string_view tail) {
  out.append(R"(,"method":)");
  const auto method_at = static_cast<std::ptrdiff_t>(out.size());
  append_json_string(out, tail);
  std::replace(out.begin() + method_at, out.end(), '/', '.');
  out.push_back('}');
}

std::string tail_of(const DeviceCall& call, CallId id) {
  switch (call.kind) {
    case CallKind::property_set:
      return "thing/service/property/set";
    case CallKind::service:
      return "thing/service/" + call.name;
    case CallKind::rrpc:
    case CallKind::service_rrpc:
      return "rrpc/request/" + std::to_string(id.value);
    case CallKind::rrpc_on_topic:
      break;
  }
  return {};
}

/// The payload is the caller's own.
bool is_bare(CallKind kind) { return kind == CallKind::rrpc || kind == CallKind::rrpc_on_topic; }
/// It is for a device that is there now; the others may wait for it in a kept session.
bool is_rrpc(CallKind kind) { return is_bare(kind) || kind == CallKind::service_rrpc; }

bool is_json_object(std::string_view text) {
  const auto tree = tree_of(text);
  return tree && tree->is_object();
}

}  // namespace

bool is_host(std::string_view text) {
  const auto may_stand_in_one = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._:").find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= host_bytes_max && std::all_of(text.begin(), text.end(), may_stand_in_one);
}

CallId DeviceDesk::call(const DeviceCall& call, CallDone done, const Turn& turn) {
  DeviceCalls& calls = broker_.calls();
  const CallId id = calls.next_id();
  const bool is_proper = is_bare(call.kind) || is_json_object(call.payload);
  if (!calls.has_room()) broker_.world().limits.reached(LimitKind::open_calls);
  if (!calls.has_room() || !is_proper) {
    calls.give_up(id, is_proper ? CallStatus::not_reached : CallStatus::malformed, std::move(done));
    return id;
  }
  ServiceWorld& world = broker_.world();
  const std::string tail = tail_of(call, id);
  std::string topic;
  if (call.kind == CallKind::rrpc_on_topic) {
    topic = "/ext/rrpc/" + std::to_string(id.value) + (call.name.starts_with('/') ? "" : "/") + call.name;
  } else {
    write_system_topic(topic, names_of(world.registry, call.device), tail);
  }
  std::string payload(call.payload);
  if (!is_bare(call.kind)) {
    begin_request(payload, id);
    payload.append(call.payload);
    end_request(payload, call.kind == CallKind::service_rrpc ? "thing/service/" + call.name : tail);
  }
  const Publish message{.topic = topic,
                        .payload = bytes_of(payload),
                        .packet_id = 0,
                        .qos = is_rrpc(call.kind) ? qos_at_most_once : qos_at_least_once,
                        .retain = false,
                        .duplicate = false};
  if (!broker_.publish_to_device(call.device, message, turn)) {
    calls.give_up(id, CallStatus::not_reached, std::move(done));
    return id;
  }
  const Limits& limits = world.config.limits;
  const Duration timeout = std::clamp(call.timeout.value_or(limits.rrpc_timeout), Duration::zero(), limits.call_timeout_max);
  // A service that is waited for is answered as an RRPC is.
  const CallKind answered_as = call.kind == CallKind::service_rrpc ? CallKind::rrpc : call.kind;
  calls.open(id, {.kind = answered_as, .device = call.device}, turn.now + timeout, std::move(done));
  return id;
}

Result<DesiredOutcome, things::DesiredProperties::Refusal> DeviceDesk::set_desired(DeviceIndex device, std::string_view items,
                                                                                   std::string_view versions, const Turn& turn) {
  using Refusal = things::DesiredProperties::Refusal;
  const auto wanted = tree_of(items);
  const auto expected = versions.empty() ? json::value(json::object()) : tree_of(versions).value_or(json::value());
  if (!wanted || !wanted->is_object() || !expected.is_object()) return fail(Refusal::malformed);
  ServiceWorld& world = broker_.world();
  const Place place = world.registry.device(device).listed_at();
  // On a copy, so that one that is refused takes the others with it.
  things::DesiredProperties& known = world.things.data(device, place).details().desired;
  things::DesiredProperties changed = known;
  DesiredOutcome outcome;
  for (const auto& member : wanted->get_object()) {
    const std::string_view name{member.key().data(), member.key().size()};
    std::optional<std::uint64_t> seen;
    if (const json::value* version = expected.get_object().if_contains(member.key())) {
      if (!version->is_int64() || version->get_int64() < 0) return fail(Refusal::wrong_version);
      seen = static_cast<std::uint64_t>(version->get_int64());
    }
    const std::string value = text_of_tree(member.value());
    const auto version = changed.set(name, value, seen, broker_.unix_ms(turn.now), world.config.limits);
    if (!version) {
      if (version.error() == Refusal::too_many || value.size() > world.config.limits.desired_property_bytes)
        world.limits.reached(LimitKind::desired_properties_per_device);
      return fail(version.error());
    }
    outcome.versions.emplace_back(name, *version);
  }
  known = std::move(changed);
  if (is_online(device)) {
    outcome.told = true;
    call({.kind = CallKind::property_set, .device = device, .payload = items}, {}, turn);
  }
  return outcome;
}

std::optional<things::Shadow::Refusal> DeviceDesk::change_shadow(DeviceIndex device, std::string_view document, const Turn& turn,
                                                                 things::DesiredUpdate desired) {
  ServiceWorld& world = broker_.world();
  const ShadowOwner owner{device, names_of(world.registry, device), world.registry.device(device).listed_at()};
  return change_shadow_from_above(world, owner, {document, desired}, turn, broker_.unix_ms(turn.now));
}

std::string DeviceDesk::shadow_of(DeviceIndex device, const Turn& turn) const {
  const ServiceWorld& world = broker_.world();
  const things::ThingData* thing = world.things.find(device, world.registry.device(device).listed_at());
  const things::ThingDetails* details = thing == nullptr ? nullptr : thing->known_details();
  return shadow_text(details == nullptr ? things::Shadow{} : details->shadow, broker_.unix_ms(turn.now));
}

Result<ota::UpgradeIndex, PlatformError> DeviceDesk::upgrade(const ota::UpgradeRequest& request, const Turn& turn) {
  ServiceWorld& world = broker_.world();
  auto created = world.upgrades.create(request, turn.now);
  if (!created) return created;
  for (const DeviceIndex device : request.devices) push_upgrade(world, device, turn, broker_.unix_ms(turn.now));
  return created;
}

bool DeviceDesk::retry_upgrade(std::size_t task, const Turn& turn) {
  ServiceWorld& world = broker_.world();
  if (!world.upgrades.retry(task, turn.now)) return false;
  push_upgrade(world, world.upgrades.task(task).device, turn, broker_.unix_ms(turn.now));
  return true;
}

std::size_t DeviceDesk::push_config(ProductIndex product, const Turn& turn) {
  ServiceWorld& world = broker_.world();
  const things::RemoteConfig* config = world.configs.find(product);
  if (config == nullptr || config->state == things::RemoteConfigState::off) return 0;
  constexpr std::string_view tail = "thing/config/push";
  std::string payload;
  begin_request(payload, broker_.calls().next_id());
  append_config(payload, *config, world.configs.url_of(product, broker_.unix_ms(turn.now)));
  end_request(payload, tail);
  std::size_t heard = 0;
  std::string topic;
  for (const DeviceIndex device : world.registry.devices_of(product)) {
    if (!broker_.is_online(device)) continue;
    write_system_topic(topic, names_of(world.registry, device), tail);
    if (world.lines.send(device, topic, payload, turn)) ++heard;
  }
  return heard;
}

bool DeviceDesk::push_endpoint(DeviceIndex device, std::string_view host, std::uint16_t port, const Turn& turn) {
  ServiceWorld& world = broker_.world();
  if (!is_host(host) || port == 0 || world.registry.device(device).is_awaited()) return false;
  constexpr std::string_view tail = "thing/bootstrap/config/push";
  std::string payload;
  begin_request(payload, broker_.calls().next_id());
  payload.append(R"({"endpoint":{"mqtt":{"host":)");
  append_json_string(payload, host);
  payload.append(R"(,"port":)");
  append_number(payload, port);
  payload.append("}}}");
  end_request(payload, tail);
  std::string topic;
  write_system_topic(topic, names_of(world.registry, device), tail);
  return world.lines.send(device, topic, payload, turn);
}

bool DeviceDesk::is_online(DeviceIndex device) const {
  return broker_.is_online(device) && !broker_.world().registry.device(device).is_awaited();
}
void DeviceDesk::disabled(DeviceIndex device, const Turn& turn) { broker_.changed(device, Broker::Change::disabled, turn); }
void DeviceDesk::enabled(DeviceIndex device, const Turn& turn) { broker_.changed(device, Broker::Change::enabled, turn); }
void DeviceDesk::removed(DeviceIndex device, const Turn& turn) { broker_.changed(device, Broker::Change::removed, turn); }

bool DeviceDesk::add_to_topology(DeviceIndex gateway, DeviceIndex sub_device, const Turn& turn) {
  ServiceWorld& world = broker_.world();
  const auto former = world.things.topology().gateway_of(sub_device);
  const std::size_t sub_devices_max = documented_max(world.config.limits, world.config.limits.sub_devices_per_gateway);
  if (world.things.topology().add(gateway, sub_device, sub_devices_max) != things::Topology::Added::yes) return false;
  if (former) world.lines.log_out(*former, sub_device, "stands behind another gateway", turn);
  if (!world.registry.device(gateway).is_awaited()) broker_.tell_topology(gateway, sub_device, things::topology_created, turn);
  return true;
}

bool DeviceDesk::remove_from_topology(DeviceIndex gateway, DeviceIndex sub_device, const Turn& turn) {
  ServiceWorld& world = broker_.world();
  if (!world.things.topology().remove(gateway, sub_device)) return false;
  if (!world.registry.device(gateway).is_awaited()) broker_.tell_topology(gateway, sub_device, things::topology_deleted, turn);
  world.lines.log_out(gateway, sub_device, "taken out of the topology", turn);
  return true;
}

bool DeviceDesk::is_proof(DeviceIndex sub_device, const SubDeviceProof& proof) const {
  const ServiceWorld& world = broker_.world();
  if (proof.client_id.size() > client_id_bytes_max || proof.timestamp.size() > timestamp_bytes_max) return false;
  ClientIdFields fields;
  fields.id = proof.client_id;
  fields.sign_method = proof.sign_method;
  if (!proof.timestamp.empty()) fields.timestamp = proof.timestamp;
  return signature_matches(world.hmac, fields, names_of(world.registry, sub_device), world.registry.device(sub_device).secret,
                           bytes_of(proof.sign));
}

std::optional<CallId> DeviceDesk::ask_to_add(DeviceIndex gateway, const std::vector<DeviceIndex>& sub_devices, const Turn& turn) {
  ServiceWorld& world = broker_.world();
  if (world.registry.device(gateway).is_awaited()) return std::nullopt;
  constexpr std::string_view tail = "thing/topo/add/notify";
  const CallId id = broker_.calls().next_id();
  std::string payload;
  begin_request(payload, id);
  payload.push_back('[');
  for (const DeviceIndex device : sub_devices) {
    if (payload.back() != '[') payload.push_back(',');
    payload.push_back('{');
    append_names(payload, names_of(world.registry, device));
    payload.push_back('}');
  }
  payload.push_back(']');
  end_request(payload, tail);
  std::string topic;
  write_system_topic(topic, names_of(world.registry, gateway), tail);
  if (!world.lines.send(gateway, topic, payload, turn)) return std::nullopt;
  return id;
}

}  // namespace fleetsim::platform::mqtt
