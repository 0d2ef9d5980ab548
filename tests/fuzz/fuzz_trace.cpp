// The decoders that timelines and captures are made with, on any bytes: the messages must cover the stream, their secrets lie inside them,
// what is shown be text; and MQTT must be read as the two codecs read it that do not know this reader. The first byte of the input says
// which protocol and direction the rest is. The trace hash is held against its one value here too, for this is built by another compiler.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "devicecore/base/ensure.hpp"
#include "devicecore/http_response_reader.hpp"
#include "devicecore/limits.hpp"
#include "devicecore/mqtt_codec.hpp"
#include "platform-mock/core/mqtt/decoder.hpp"
#include "sim/trace/http_reader.hpp"
#include "sim/trace/mqtt_reader.hpp"
#include "sim/trace/plain_text.hpp"
#include "tests/sim/trace/golden_trace.hpp"

namespace {

using namespace fleetsim;
using namespace fleetsim::sim;
namespace client = fleetsim::device::mqtt;
namespace server = fleetsim::platform::mqtt;

void check_value(const FieldValue& value) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&value))
    for (const std::string& text : *texts) ensure(is_readable(text));
}

void check_messages(const std::vector<DecodedMessage>& messages, ByteView stream) {
  std::size_t at = 0;
  for (const DecodedMessage& message : messages) {
    ensure(message.place.begin == at && message.place.end > at && message.place.end <= stream.size());
    ensure(is_readable(message.name) && is_readable(message.summary));
    ensure((message.reading == Reading::whole) == message.problem.empty());
    for (const MessageField& field : message.fields) check_value(field.value);
    for (const ByteRange& secret : message.secrets) {
      ensure(secret.begin >= at && secret.begin < secret.end && secret.end <= message.place.end);
      at = secret.end;  // in order, without overlaps
    }
    at = message.place.end;
  }
  ensure(at == stream.size());
}

const FieldValue* field_of(const DecodedMessage& message, std::string_view name) {
  for (const MessageField& field : message.fields)
    if (field.name == name) return &field.value;
  return nullptr;
}

bool has_number(const DecodedMessage& message, std::string_view name, std::int64_t wanted) {
  const FieldValue* value = field_of(message, name);
  return value != nullptr && std::get<std::int64_t>(*value) == wanted;
}

/// PUBREC and PUBCOMP: MQTT, but neither core begins what they belong to.
bool is_of_qos_2(std::uint8_t first) { return (first >> 4) >= 5 && (first >> 4) <= 7; }

void compare_with_platform(const DecodedMessage& ours, ByteView stream) {
  const server::Decoded theirs = server::decode(stream, {.packet_bytes_max = std::size_t{1} << 29});
  if (is_of_qos_2(stream[0])) return;
  ensure((theirs.status == server::DecodeStatus::packet) == (ours.reading == Reading::whole));
  if (ours.reading != Reading::whole) return;
  ensure(theirs.size == ours.place.size());
  if (const auto* publish = std::get_if<server::Publish>(&theirs.packet)) {
    ensure(std::get<std::string>(*field_of(ours, "topic")) == publish->topic);
    ensure(has_number(ours, "qos", publish->qos) && (publish->qos == 0 || has_number(ours, "packet_id", publish->packet_id)));
    ensure(has_number(ours, "payload_bytes", static_cast<std::int64_t>(publish->payload.size())));
    ensure(std::get<bool>(*field_of(ours, "dup")) == publish->duplicate && std::get<bool>(*field_of(ours, "retain")) == publish->retain);
  } else if (const auto* connect = std::get_if<server::Connect>(&theirs.packet)) {
    ensure(has_number(ours, "keep_alive_s", connect->keep_alive_s));
    ensure(std::get<bool>(*field_of(ours, "clean_session")) == connect->clean_session);
    ensure((field_of(ours, "username") != nullptr) == connect->has_username);
    ensure((field_of(ours, "password_bytes") != nullptr) == connect->has_password);
    ensure(!connect->has_password || has_number(ours, "password_bytes", static_cast<std::int64_t>(connect->password.size())));
  } else if (const auto* subscribe = std::get_if<server::Subscribe>(&theirs.packet)) {
    ensure(std::get<std::vector<std::string>>(*field_of(ours, "filters")).size() == subscribe->filters.count());
  }
}

void compare_with_device(const DecodedMessage& ours, ByteView stream) {
  if (is_of_qos_2(stream[0])) return;
  const auto header = client::decode_fixed_header(stream);
  const bool whole = header.ok() && header->complete() && header->packet_bytes() <= stream.size();
  if (!whole) return ensure(ours.reading != Reading::whole);
  const auto theirs = client::decode(stream.first(header->packet_bytes()));
  ensure(theirs.ok() == (ours.reading == Reading::whole));
  if (!theirs.ok()) return;
  ensure(header->packet_bytes() == ours.place.size());
  if (theirs->type == client::PacketType::connack) ensure(has_number(ours, "return_code", theirs->return_code));
  if (theirs->type == client::PacketType::suback)
    ensure(std::get<std::vector<std::string>>(*field_of(ours, "granted")).size() == theirs->payload.size());
  if (theirs->type == client::PacketType::publish) ensure(std::get<std::string>(*field_of(ours, "topic")) == theirs->topic);
}

/// What the device takes for an answer with a body, this reader takes for the same one, where both understand it.
void compare_with_device_http(const DecodedMessage& ours, ByteView stream) {
  std::vector<std::uint8_t> storage(device::limits::bootstrap_body_bytes_max);
  device::HttpResponseReader reader;
  reader.begin(storage);
  reader.feed(stream);
  reader.end_of_stream();
  if (reader.progress() != device::HttpResponseReader::Progress::complete || ours.reading != Reading::whole) return;
  if (!has_number(ours, "status", reader.status())) return;  // the device skips interim answers
  ensure(has_number(ours, "body_bytes", static_cast<std::int64_t>(reader.body().size())));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool same_hash = golden_trace_hash() == golden_trace_text;
  ensure(same_hash);
  if (size < 2) return 0;
  const ByteView stream{data + 1, size - 1};
  const Direction direction = (data[0] & 1U) == 0 ? Direction::up : Direction::down;
  const bool is_http = (data[0] & 2U) != 0;
  const StreamEnd end = (data[0] & 4U) == 0 ? StreamEnd::ended : StreamEnd::open;
  const std::vector<DecodedMessage> messages = is_http ? read_http(stream, direction, end) : read_mqtt(stream, direction);
  check_messages(messages, stream);
  if (!is_http && direction == Direction::up) compare_with_platform(messages.front(), stream);
  if (!is_http && direction == Direction::down) compare_with_device(messages.front(), stream);
  if (is_http && direction == Direction::down && end == StreamEnd::ended) compare_with_device_http(messages.front(), stream);
  return 0;
}
