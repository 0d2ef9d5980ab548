#include "mqtt_packets.h"

#include <string.h>

static void put_u16(struct text_writer* out, size_t value) {
  put_byte(out, (unsigned)(value >> 8));
  put_byte(out, (unsigned)(value & 0xff));
}

static void put_field(struct text_writer* out, device_core_text text) {
  if (text.size > 0xffff) {
    out->overflowed = 1;
    return;
  }
  put_u16(out, text.size);
  put_text(out, text);
}

/* §2.2.3: seven bits a byte, the lowest first. */
static void put_length(struct text_writer* out, size_t length) {
  do {
    const unsigned byte = (unsigned)(length & 0x7f);
    length >>= 7;
    put_byte(out, length > 0 ? byte | 0x80 : byte);
  } while (length > 0);
}

void put_connect(struct text_writer* out, const struct mqtt_login* login) {
  static const uint8_t protocol[] = {0, 4, 'M', 'Q', 'T', 'T', 4};
  static const unsigned user_password_clean_session = 0xc2;
  put_byte(out, 0x10);
  put_length(out, sizeof protocol + 1 + 2 + 6 + login->client_id.size + login->user_name.size + login->password.size);
  put_bytes(out, protocol, sizeof protocol);
  put_byte(out, user_password_clean_session);
  put_u16(out, login->keep_alive_s);
  put_field(out, login->client_id);
  put_field(out, login->user_name);
  put_field(out, login->password);
}

void put_publish(struct text_writer* out, device_core_text topic, device_core_bytes payload, uint16_t id) {
  put_byte(out, id == 0 ? 0x30 : 0x32);
  put_length(out, 2 + topic.size + (id == 0 ? 0 : 2) + payload.size);
  put_field(out, topic);
  if (id != 0) put_u16(out, id);
  put_bytes(out, payload.data, payload.size);
}

void put_puback(struct text_writer* out, uint16_t id) {
  put_byte(out, 0x40);
  put_byte(out, 2);
  put_u16(out, id);
}

void put_pingreq(struct text_writer* out) {
  put_byte(out, 0xc0);
  put_byte(out, 0);
}

void put_disconnect(struct text_writer* out) {
  put_byte(out, 0xe0);
  put_byte(out, 0);
}

void mqtt_mark_duplicate(uint8_t* packet) { packet[0] |= 0x08; }

void mqtt_reader_begin(struct mqtt_reader* reader) { reader->is_fresh = 1; }

static void begin_packet(struct mqtt_reader* reader, uint8_t first) {
  reader->is_fresh = 0;
  reader->header_bytes = 1;
  reader->length = 0;
  reader->read = 0;
  reader->kept = 0;
  reader->type = first >> 4;
  reader->flags = first & 15;
}

static enum mqtt_read finish_packet(struct mqtt_reader* reader) {
  reader->is_fresh = 1;
  return MQTT_READ_PACKET;
}

enum mqtt_read mqtt_read(struct mqtt_reader* reader, device_core_bytes* bytes) {
  static const unsigned header_is_whole = 0;
  while (bytes->size > 0) {
    if (reader->is_fresh || reader->header_bytes != header_is_whole) {
      const uint8_t byte = *bytes->data++;
      --bytes->size;
      if (reader->is_fresh) {
        begin_packet(reader, byte);
        continue;
      }
      reader->length |= (uint32_t)(byte & 0x7f) << (7 * (reader->header_bytes - 1));
      if ((byte & 0x80) != 0) {
        if (++reader->header_bytes > 4) return MQTT_READ_MALFORMED;
        continue;
      }
      reader->header_bytes = header_is_whole;
      if (reader->length == 0) return finish_packet(reader);
      continue;
    }
    size_t count = reader->length - reader->read;
    if (count > bytes->size) count = bytes->size;
    size_t keep = MQTT_BODY_BYTES_MAX - reader->kept;
    if (keep > count) keep = count;
    memcpy(reader->body + reader->kept, bytes->data, keep);
    reader->kept += (uint32_t)keep;
    reader->read += (uint32_t)count;
    bytes->data += count;
    bytes->size -= count;
    if (reader->read == reader->length) return finish_packet(reader);
  }
  return MQTT_READ_MORE;
}

int mqtt_read_message(const struct mqtt_reader* reader, struct mqtt_message* message) {
  const unsigned qos = (reader->flags >> 1) & 3;
  const uint8_t* const body = reader->body;
  if (qos > 1 || reader->kept < 2) return 0;
  const size_t topic_size = (size_t)body[0] << 8 | body[1];
  const size_t payload_at = 2 + topic_size + (qos > 0 ? 2 : 0);
  if (topic_size == 0 || payload_at > reader->kept) return 0;
  message->topic = text_of((const char*)body + 2, topic_size);
  message->id = (uint16_t)(qos == 0 ? 0 : body[payload_at - 2] << 8 | body[payload_at - 1]);
  message->payload = text_of((const char*)body + payload_at, reader->kept - payload_at);
  message->is_whole = reader->kept == reader->length;
  return qos == 0 || message->id != 0;
}
