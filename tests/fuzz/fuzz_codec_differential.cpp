// Two MQTT codecs that never saw each other: the device's (client side) and the platform's (server side). PUBLISH and PUBACK travel in
// both directions, so the same bytes must be taken or refused by both, with the same fields; and what one side writes the other reads.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "devicecore/base/ensure.hpp"
#include "devicecore/mqtt_codec.hpp"
#include "platform-mock/core/mqtt/decoder.hpp"
#include "platform-mock/core/mqtt/encoder.hpp"

namespace {

namespace client = fleetsim::device::mqtt;
namespace server = fleetsim::platform::mqtt;
using fleetsim::bytes_of;
using fleetsim::ByteView;
using fleetsim::ensure;
using fleetsim::text_of;

constexpr server::DecodeLimits no_limit{.packet_bytes_max = std::size_t{client::remaining_length_max} + client::fixed_header_bytes_max};

bool same_bytes(ByteView a, ByteView b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

void compare_publish(const client::ServerPacket& theirs, const server::Publish& ours) {
  ensure(theirs.type == client::PacketType::publish);
  ensure(theirs.topic == ours.topic && same_bytes(theirs.payload, ours.payload));
  ensure(theirs.qos == ours.qos && theirs.retain == ours.retain && theirs.duplicate == ours.duplicate);
  ensure(ours.qos == 0 || theirs.id == ours.packet_id);
}

/// Precondition: the first byte says PUBLISH or PUBACK.
void compare_reading(ByteView bytes) {
  const server::Decoded ours = server::decode(bytes, no_limit);
  const auto header = client::decode_fixed_header(bytes);
  if (!header) {
    // The device judges a length by the type as soon as it knows it; the platform reads the body first.
    ensure(ours.status != server::DecodeStatus::packet);
    return;
  }
  if (!header->complete()) {
    ensure(ours.status == server::DecodeStatus::incomplete && ours.size == 0);
    return;
  }
  if (bytes.size() < header->packet_bytes()) {
    ensure(ours.status == server::DecodeStatus::incomplete && ours.size == header->packet_bytes());
    return;
  }
  const auto theirs = client::decode(bytes.first(header->packet_bytes()));
  ensure(theirs.ok() == (ours.status == server::DecodeStatus::packet));
  if (!theirs.ok()) return;
  ensure(ours.size == header->packet_bytes());
  if (const auto* publish = std::get_if<server::Publish>(&ours.packet)) {
    compare_publish(*theirs, *publish);
  } else {
    const auto* acknowledgement = std::get_if<server::PubAck>(&ours.packet);
    ensure(acknowledgement != nullptr && theirs->type == client::PacketType::puback && theirs->id == acknowledgement->packet_id);
  }
}

/// Makes fields of the input: two lengths, an id, a choice, then the text they cut out.
struct Fields {
  explicit Fields(ByteView bytes) {
    const std::size_t first = bytes[0];
    qos = static_cast<std::uint8_t>(bytes[1] & 1U);
    id = static_cast<std::uint16_t>((bytes[2] << 8) | bytes[3]);
    const ByteView rest = bytes.subspan(4);
    head = text_of(rest.first(std::min(first, rest.size())));
    tail = rest.subspan(head.size());
  }
  std::uint8_t qos = 0;
  std::uint16_t id = 0;
  std::string_view head;
  ByteView tail;
};

void compare_publish_writing(const Fields& fields) {
  const fleetsim::device::MqttPublish request{
      .topic = fields.head,
      .payload = fields.tail,
      .qos = fields.qos == 0 ? fleetsim::device::Qos::at_most_once : fleetsim::device::Qos::at_least_once,
      .token = 0};
  std::vector<std::uint8_t> theirs(client::publish_bytes(request));
  ensure(client::encode_publish(request, fields.id, theirs) == theirs.size());
  std::vector<std::uint8_t> ours;
  const server::Publish packet{
      .topic = fields.head, .payload = fields.tail, .packet_id = fields.id, .qos = fields.qos, .retain = false, .duplicate = false};
  server::encode_publish(packet, ours);
  ensure(theirs == ours);
  const bool is_topic =
      !fields.head.empty() && fields.head.find_first_of("+#") == std::string_view::npos && server::is_mqtt_text(fields.head);
  const bool is_good = is_topic && (fields.qos == 0 || fields.id != 0);
  ensure((server::decode(theirs, no_limit).status == server::DecodeStatus::packet) == is_good);
  ensure(client::decode(ours).ok() == is_good);
}

void compare_connect_writing(const Fields& fields) {
  const std::string_view password = text_of(fields.tail.first(std::min<std::size_t>(fields.tail.size(), 60000)));
  const fleetsim::device::MqttConnect request{
      .client_id = fields.head, .username = "d&p", .password = password, .keep_alive_s = fields.id, .clean_session = fields.qos == 1};
  std::vector<std::uint8_t> theirs(client::connect_bytes(request));
  ensure(client::encode_connect(request, theirs) == theirs.size());
  const server::Decoded ours = server::decode(theirs, no_limit);
  ensure((ours.status == server::DecodeStatus::packet) == server::is_mqtt_text(fields.head));
  if (ours.status != server::DecodeStatus::packet) return;
  const auto* connect = std::get_if<server::Connect>(&ours.packet);
  ensure(connect != nullptr && connect->client_id == fields.head && connect->username == "d&p");
  ensure(text_of(connect->password) == password && connect->has_password == !password.empty());
  ensure(connect->keep_alive_s == fields.id && connect->clean_session == (fields.qos == 1));
}

void compare_filter_writing(const Fields& fields) {
  std::vector<std::uint8_t> theirs(client::subscribe_bytes(fields.head));
  const auto qos = fields.qos == 0 ? fleetsim::device::Qos::at_most_once : fleetsim::device::Qos::at_least_once;
  ensure(client::encode_subscribe(fields.head, qos, fields.id, theirs) == theirs.size());
  const server::Decoded ours = server::decode(theirs, no_limit);
  const bool is_good = !fields.head.empty() && server::is_mqtt_text(fields.head) && fields.id != 0;
  ensure((ours.status == server::DecodeStatus::packet) == is_good);
  if (!is_good) return;
  server::Subscribe subscribe = std::get<server::Subscribe>(ours.packet);
  const server::Filter filter = subscribe.filters.next();
  ensure(subscribe.packet_id == fields.id && filter.text == fields.head && filter.qos == fields.qos && subscribe.filters.empty());
}

void compare_server_writing(const Fields& fields) {
  if (fields.id == 0) return;
  ensure(client::decode(server::encode_puback(fields.id))->id == fields.id);
  ensure(client::decode(server::encode_unsuback(fields.id))->id == fields.id);
  ensure(client::decode(server::encode_pingresp()).ok());
  for (std::uint8_t code = 0; code <= 5; ++code)
    ensure(client::decode(server::encode_connack(code, server::SessionPresent::no))->return_code == code);
  ensure(client::decode(server::encode_connack(0, server::SessionPresent::yes))->session_present);
  std::vector<std::uint8_t> suback;
  const std::uint8_t granted = fields.qos == 0 ? server::suback_failure : std::uint8_t{1};
  server::encode_suback(fields.id, ByteView(&granted, 1), suback);
  const auto read = client::decode(suback);
  ensure(read.ok() && read->id == fields.id && read->payload.size() == 1 && read->payload[0] == granted);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes{data, size};
  if (size > 0 && (data[0] >> 4 == 3 || data[0] >> 4 == 4)) compare_reading(bytes);
  if (size < 4) return 0;
  const Fields fields(bytes);
  compare_publish_writing(fields);
  compare_connect_writing(fields);
  compare_filter_writing(fields);
  compare_server_writing(fields);
  return 0;
}
