// CONNECT: the checks in their order, the one-connection-per-device rule, and the moment at which a move commits.
#include <chrono>
#include <utility>

#include "platform-mock/core/mqtt/broker.hpp"
#include "platform-mock/core/mqtt/encoder.hpp"
#include "platform-mock/core/mqtt/services/firmware.hpp"

namespace fleetsim::platform::mqtt {
namespace {

constexpr std::int64_t connect_window_s = 60;
constexpr std::string_view kick_topic = "/ext/notify";
constexpr std::string_view kick_payload = R"({"title":"kick","content":"Kicked by the same device"})";

std::int64_t seconds_of(Instant now) { return std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count(); }

AutoSubscribed automatic_for(const ClientIdFields& client_id, AutoSubscriptions which) {
  if (!client_id.auto_subscribe) return AutoSubscribed::to_nothing;
  return which == AutoSubscriptions::all ? AutoSubscribed::to_all : AutoSubscribed::to_published;
}

}  // namespace

Broker::Flow Broker::connect(Link& link, const Connect& packet, const Turn& turn) {
  if (const auto wanted = parse_client_id(packet.client_id); wanted && is_registration(wanted->auth_type) && !draining_)
    return register_device(link, packet, *wanted, turn);
  const auto checked = check(link, packet, turn.now);
  if (!checked) return refuse(link, checked.error(), turn);
  const Login& login = *checked;
  misbehaviour::ConnectAnswer answer;
  if (parts_.misbehaviour.busy<misbehaviour::ConnectAnswer>())
    if (const auto badly = misbehave_at_connect(link, login.device, answer, turn)) return *badly;
  if (login.admission == Admission::commit) commit(link, login.device, turn);
  open_session(link, packet, login, turn);
  return answer.ends_after ? end_session_later(link, answer, turn) : Flow::goes_on;
}

Broker::Flow Broker::refuse(Link& link, const Refusal& refusal, const Turn& turn) {
  ++parts_.statistics.connects_refused;
  counts_at(link.instance).connects_refused.add(refusal.code);
  if (refusal.limit) reached(*refusal.limit);
  const InstanceConfig& instance = parts_.registry.instance(link.instance).config;
  PlatformEvent event;
  event.kind = PlatformEventKind::connect_refused;
  if (refusal.device) {
    const DeviceNames names = names_of(*refusal.device);
    event.product_key = names.product_key;
    event.device_name = names.device_name;
    event.device = refusal.device->value;
  }
  event.instance = instance.id.view();
  event.region = instance.region.view();
  event.code = refusal.code;
  event.reason = refusal.reason;
  event.peer = link.peer;
  turn.output.event(event);
  put(link, encode_connack(refusal.code, SessionPresent::no), turn);
  close(link, refusal.reason, turn);
  return Flow::link_is_gone;
}

/// What can be checked without a secret comes first; rates are counted only for those who proved who they are, so that nobody can use
/// up another's share.
Result<Broker::Login, Broker::Refusal> Broker::check(const Link& link, const Connect& packet, Instant now) {
  const ConnackCodes& codes = parts_.config.connack;
  if (draining_) return fail(Refusal{connack_server_unavailable, "platform is shutting down", {}});
  const auto client_id = parse_client_id(packet.client_id);
  if (!client_id) return fail(Refusal{codes.malformed_client_id, client_id.error(), {}});
  if (auto refusal = check_form(link, packet, *client_id)) return fail(*refusal);
  const auto names = parse_username(packet.username);
  if (!names) return fail(Refusal{connack_bad_user_name_or_password, "user name is not deviceName&productKey", {}});
  const auto device = parts_.registry.find_device(names->product_key, names->device_name);
  if (!device) return fail(Refusal{codes.unknown_device, "device is not registered", {}});
  const bool is_proved =
      parts_.config.planted_bugs.signature_not_checked ||
      (is_token_login(client_id->auth_type)
           ? token_matches(*device, *client_id, packet.password)
           : signature_matches(parts_.hmac, *client_id, *names, parts_.registry.device(*device).secret, packet.password));
  if (!is_proved) return fail(Refusal{codes.wrong_signature, "signature does not match", device});
  Login login{.device = *device, .client_id = *client_id, .admission = Admission::accept};
  if (auto refusal = check_admission(login, link)) return fail(*refusal);
  if (auto refusal = check_rates(*device, now)) return fail(*refusal);
  return login;
}

std::optional<Broker::Refusal> Broker::check_form(const Link& link, const Connect& packet, const ClientIdFields& client_id) const {
  const ConnackCodes& codes = parts_.config.connack;
  const Limits& limits = parts_.config.limits;
  const bool keep_alive_ok =
      !documented() || (packet.keep_alive_s >= limits.keep_alive_s_min && packet.keep_alive_s <= limits.keep_alive_s_max);
  if (!keep_alive_ok) return Refusal{codes.keep_alive_out_of_range, "keep-alive is out of range", {}};
  if (!packet.has_username || !packet.has_password)
    return Refusal{connack_bad_user_name_or_password, "user name or password is missing", {}};
  if (is_token_login(client_id.auth_type)) {
    if (client_id.secure_mode == token_secure_mode && link.transport == Transport::tls) return std::nullopt;
    return Refusal{codes.securemode_mismatch, "a login by token needs securemode=-2 and TLS", {}};
  }
  const auto mode = parse_secure_mode(client_id.secure_mode);
  if (!mode) return Refusal{codes.securemode_mismatch, "securemode is missing or not served", {}};
  if (*mode == SecureMode::tls && link.transport != Transport::tls)
    return Refusal{codes.securemode_mismatch, "securemode=2 on a connection without TLS", {}};
  if (*mode == SecureMode::plain && link.transport != Transport::plain)
    return Refusal{codes.securemode_mismatch, "securemode=3 on a TLS connection", {}};
  if (*mode == SecureMode::plain && !parts_.config.plain_securemode_allowed)
    return Refusal{codes.securemode_mismatch, "securemode=3 is not allowed", {}};
  if (!parse_sign_method(client_id.sign_method)) return Refusal{codes.wrong_signature, "signmethod is not served", {}};
  return std::nullopt;
}

std::optional<Broker::Refusal> Broker::check_rates(DeviceIndex device, Instant now) {
  if (!documented()) return std::nullopt;
  const Limits& limits = parts_.config.limits;
  const std::int64_t second = seconds_of(now);
  DeviceState& state = state_of(device);
  if (state.connects == 0 || second - state.connects_since_s >= connect_window_s) {
    state.connects_since_s = second;
    state.connects = 0;
  }
  if (state.connects >= limits.connects_per_minute_per_device)
    return Refusal{parts_.config.connack.too_many_connects, "device connects too often", device, LimitKind::connects_per_minute_per_device};
  AccountRates& account = rates_of(parts_.registry.device(device).account, now);
  if (account.connects >= limits.connects_per_second_per_account)
    return Refusal{parts_.config.connack.too_many_connects, "account connects too often", device,
                   LimitKind::connects_per_second_per_account};
  ++state.connects;
  ++account.connects;
  return std::nullopt;
}

std::optional<Broker::Refusal> Broker::check_admission(Login& login, const Link& link) const {
  const ConnackCodes& codes = parts_.config.connack;
  login.admission = parts_.distribution.admit(login.device, link.instance, link.peer);
  switch (login.admission) {
    case Admission::accept:
    case Admission::commit:
    case Admission::notify_only:
      return std::nullopt;
    case Admission::refuse_disabled:
      return Refusal{codes.disabled, "device is disabled", login.device};
    case Admission::refuse_distributed_away:
      return Refusal{codes.distributed_away, "device is not at this instance", login.device};
  }
  return std::nullopt;
}

/// The move ends here. An open session at the source is left alone for source_grace: its device is still saying goodbye there.
void Broker::commit(const Link& link, DeviceIndex device, const Turn& turn) {
  const Place before = parts_.registry.device(device).resides_at();
  parts_.distribution.commit(device, link.instance, link.peer, turn.output);
  if (parts_.config.planted_bugs.runtime_data_moves)
    parts_.things.data(device, parts_.registry.device(device).resides_at()).properties = parts_.things.data(device, before).properties;
  ++parts_.statistics.commits;
  ++counts_at(link.instance).commits;
  DeviceState& state = state_of(device);
  if (state.current != nullptr && state.current->instance != link.instance) {
    if (state.leftover != nullptr) kick(*state.leftover, turn);
    if (state.current->link == nullptr) {
      state.current.reset();
      return;
    }
    state.leftover = std::move(state.current);
    Link& left = *state.leftover->link;
    left.closes_at = turn.now + parts_.config.source_grace;
    arm(left);
    return;
  }
  if (state.leftover != nullptr && state.leftover->instance == link.instance) kick(*state.leftover, turn);
}

/// Closes the session's link, with the notice that newer clients ask for. Precondition: it has one.
void Broker::kick(Session& session, const Turn& turn) {
  Link& link = *session.link;
  if (session.wants_kick_notice) {
    const Publish notice{
        .topic = kick_topic, .payload = bytes_of(kick_payload), .packet_id = 0, .qos = 0, .retain = false, .duplicate = false};
    encode_publish(notice, packet_scratch_);
    put(link, packet_scratch_, turn);
  }
  close(link, "Kicked by the same device", turn);
}

void Broker::open_session(Link& link, const Connect& packet, const Login& login, const Turn& turn) {
  DeviceState& state = state_of(login.device);
  if (state.current != nullptr && state.current->link != nullptr) kick(*state.current, turn);
  if (const auto gateway = online_sub_devices_.gateway_of(login.device)) {
    log_out(*gateway, login.device, "Kicked by the same device", turn);
    tell_sub_device_error(*gateway, login.device, refusal(alink_code::connected_elsewhere, "connected elsewhere"), turn);
  }
  if (state.current != nullptr && (packet.clean_session || state.current->instance != link.instance)) state.current.reset();
  const SessionPresent present = state.current != nullptr ? SessionPresent::yes : SessionPresent::no;
  if (state.current == nullptr) state.current = std::make_unique<Session>();

  Session& session = *state.current;
  session.device = login.device;
  session.instance = link.instance;
  session.account = parts_.registry.device(login.device).account;
  session.link = &link;
  session.access = login.admission == Admission::notify_only ? SessionAccess::notify_only : SessionAccess::full;
  session.clean = packet.clean_session;
  session.auto_subscribed = automatic_for(login.client_id, parts_.config.auto_subscriptions);
  session.wants_kick_notice = login.client_id.wants_kick_notice;
  session.takes_rrpc = login.client_id.takes_rrpc;
  session.notify_sent = !parts_.config.notify_at_login;  // as if: until the next move begins

  link.session = &session;
  link.keep_alive_s = packet.keep_alive_s;
  link.closes_at = kNever;
  if (packet.has_will && parts_.config.will_honoured) {
    link.will = std::make_unique<StoredWill>(StoredWill{.topic = std::string(packet.will.topic),
                                                        .payload = {packet.will.payload.begin(), packet.will.payload.end()},
                                                        .qos = packet.will.qos,
                                                        .retain = packet.will.retain});
  }
  arm(link);
  ++parts_.statistics.connects_accepted;
  ++parts_.statistics.sessions_online;
  ++counts_at(link.instance).connects_accepted;
  ++counts_at(link.instance).sessions_online;
  if (login.admission != Admission::notify_only) {
    parts_.registry.activate(login.device);
    parts_.things.went_online(login.device, session.place(), unix_ms(turn.now));
  }
  put(link, encode_connack(connack_accepted, present), turn);
  if (parts_.config.planted_bugs.connack_twice) put(link, encode_connack(connack_accepted, present), turn);
  turn.output.event(about(PlatformEventKind::device_connected, session));
  resume(session, turn);
  notify_if_due(session, turn);
  if (session.access == SessionAccess::full) push_upgrade(services_.world(), session.device, turn, unix_ms(turn.now));
}

/// MQTT 3.1.1 §4.4: what was sent and not acknowledged is sent again, in its order; then what has waited.
void Broker::resume(Session& session, const Turn& turn) {
  if (session.downlink == nullptr) return;
  const bool moving = moving_away(session.device, session.instance) != nullptr;
  Downlink& downlink = *session.downlink;
  const auto is_over = [moving, &downlink](const KeptMessage& message) {
    if (moving || message.kind != MessageKind::notify) return false;
    downlink.bytes -= message.bytes();
    return true;
  };
  std::erase_if(downlink.in_flight, is_over);
  std::erase_if(downlink.waiting, is_over);
  for (const KeptMessage& message : downlink.in_flight) {
    const bool is_notify = message.kind == MessageKind::notify;
    if (session.access == SessionAccess::notify_only && !is_notify) continue;
    send_kept(session, message, Delivery::again, turn);
    if (!is_notify) continue;
    // It tells of any move away from here, also of a newer job's that has taken the device over meanwhile.
    session.notify_sent = true;
    parts_.distribution.note(session.device, HandoverStep::notified);
  }
  send_waiting(session, turn);
}

}  // namespace fleetsim::platform::mqtt
