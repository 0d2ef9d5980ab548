// CONNECT of a device that has no secret yet: it is signed with its product's, and answered with the device's secret or a token. Such a
// connection serves for nothing else.
#include <algorithm>
#include <array>

#include "platform-mock/core/mqtt/broker.hpp"
#include "platform-mock/core/mqtt/encoder.hpp"

namespace fleetsim::platform::mqtt {
namespace {

constexpr std::string_view with_token = "regnwl";

struct RefusalWords {
  std::int32_t code;
  std::string_view reason;
};

/// The code of the documents stands in the reason: CONNACK has no room for it.
constexpr std::array<RefusalWords, 6> refusal_words = {{
    {things::registration_code::no_such_product, "registration refused: 6250, no such product"},
    {things::registration_code::no_such_device, "registration refused: 6100, no such device"},
    {things::registration_code::switched_off, "registration refused: 6288, dynamic registration is off"},
    {things::registration_code::already_active, "registration refused: 6289, the device is active already"},
    {things::registration_code::sign_method_not_served, "registration refused: 6292, signmethod is not served"},
    {things::registration_code::wrong_signature, "registration refused: 6600, signature does not match"},
}};

std::string_view reason_of(std::int32_t code) {
  const auto at =
      std::find_if(refusal_words.begin(), refusal_words.end(), [code](const RefusalWords& words) { return words.code == code; });
  return at == refusal_words.end() ? "registration refused: 460, bad parameters" : at->reason;
}

}  // namespace

Broker::Flow Broker::register_device(Link& link, const Connect& packet, const ClientIdFields& client_id, const Turn& turn) {
  const ConnackCodes& codes = parts_.config.connack;
  if (link.transport != Transport::tls || client_id.secure_mode != "2")
    return refuse(link, {codes.securemode_mismatch, "registration needs TLS and securemode=2", {}}, turn);
  const auto names = packet.has_username && packet.has_password ? parse_username(packet.username) : std::nullopt;
  if (!names) return refuse(link, {connack_bad_user_name_or_password, "user name is not deviceName&productKey", {}}, turn);
  const things::DeviceRegistration::Request wanted{.product_key = names->product_key,
                                                   .device_name = names->device_name,
                                                   .random = client_id.random,
                                                   .sign_method = client_id.sign_method,
                                                   .sign = text_of(packet.password)};
  const bool wants_token = client_id.auth_type == with_token;
  const auto device = wants_token ? parts_.registration.fetch_token(wanted, turn.now) : parts_.registration.fetch(wanted);
  if (!device) {
    const bool is_signature = device.error() == things::registration_code::wrong_signature;
    return refuse(link, {is_signature ? codes.wrong_signature : codes.registration_refused, reason_of(device.error()), {}}, turn);
  }
  if (auto refusal = check_rates(*device, turn.now)) return refuse(link, *refusal, turn);

  link.registered = true;
  link.closes_at = turn.now + parts_.config.limits.connect_packet_timeout;
  arm(link);
  put(link, encode_connack(connack_accepted, SessionPresent::no), turn);
  std::string& payload = text_scratch_;
  payload.assign("{");
  append_names(payload, names_of(*device));
  if (wants_token) {
    const things::DeviceRegistration::Token& token = *parts_.registration.token_of(*device);
    payload.append(",\"clientId\":");
    append_json_string(payload, token.client_id);
    payload.append(",\"deviceToken\":");
    append_json_string(payload, token.text);
  } else {
    payload.append(",\"deviceSecret\":");
    append_json_string(payload, parts_.registry.device(*device).secret);
  }
  payload.push_back('}');
  const Publish certificate{.topic = wants_token ? "/ext/regnwl" : "/ext/register",
                            .payload = bytes_of(payload),
                            .packet_id = 0,
                            .qos = qos_at_most_once,
                            .retain = false,
                            .duplicate = false};
  encode_publish(certificate, packet_scratch_);
  put(link, packet_scratch_, turn);
  return Flow::goes_on;
}

Broker::Flow Broker::handle_registered(Link& link, const Packet& packet, const Turn& turn) {
  if (std::holds_alternative<PingRequest>(packet)) {
    put(link, encode_pingresp(), turn);
    return Flow::goes_on;
  }
  if (std::holds_alternative<PubAck>(packet)) return Flow::goes_on;
  if (!std::holds_alternative<Disconnect>(packet)) return violate(link, "a registration carries nothing else", turn);
  close(link, "Device disconnect", turn);
  return Flow::link_is_gone;
}

bool Broker::token_matches(DeviceIndex device, const ClientIdFields& client_id, ByteView password) const {
  const things::DeviceRegistration::Token* token = parts_.registration.token_of(device);
  return token != nullptr && token->client_id == client_id.id && equals_in_constant_time(bytes_of(token->text), password);
}

}  // namespace fleetsim::platform::mqtt
