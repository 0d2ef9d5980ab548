/* MQTT 3.1.1 as bytes: what a device writes, and the stream that it reads, cut anywhere.
 *
 *     while (bytes.size > 0)
 *       switch (mqtt_read(&reader, &bytes)) { case MQTT_READ_PACKET: use(reader.type, reader.body, reader.kept); ... }
 */
#ifndef EXAMPLE_MQTT_PACKETS_H
#define EXAMPLE_MQTT_PACKETS_H

#include <stddef.h>
#include <stdint.h>

#include "device_core.h"
#include "text.h"

#define MQTT_BODY_BYTES_MAX 4096u /* of a packet; of a longer one only the beginning is kept */

enum mqtt_packet_type {
  MQTT_TYPE_CONNACK = 2,
  MQTT_TYPE_PUBLISH = 3,
  MQTT_TYPE_PUBACK = 4,
  MQTT_TYPE_SUBACK = 9,
  MQTT_TYPE_UNSUBACK = 11,
  MQTT_TYPE_PINGRESP = 13
};

struct mqtt_login {
  device_core_text client_id;
  device_core_text user_name;
  device_core_text password;
  uint16_t keep_alive_s;
};

void put_connect(struct text_writer* out, const struct mqtt_login* login);
/* id 0: with QoS 0. */
void put_publish(struct text_writer* out, device_core_text topic, device_core_bytes payload, uint16_t id);
void put_puback(struct text_writer* out, uint16_t id);
void put_pingreq(struct text_writer* out);
void put_disconnect(struct text_writer* out);
/* Marks an encoded PUBLISH of QoS 1 as one that is sent again. */
void mqtt_mark_duplicate(uint8_t* packet);

enum mqtt_read { MQTT_READ_MORE, MQTT_READ_PACKET, MQTT_READ_MALFORMED };

struct mqtt_reader {
  int is_fresh; /* a packet was handed out, or none has begun */
  unsigned header_bytes;
  uint32_t length; /* of the body, as announced */
  uint32_t read;   /* of it */
  uint32_t kept;   /* of it, in `body` */
  uint8_t type;
  uint8_t flags;
  uint8_t body[MQTT_BODY_BYTES_MAX];
};

void mqtt_reader_begin(struct mqtt_reader* reader);
/* Takes from the front of `bytes`, up to the end of one packet. */
enum mqtt_read mqtt_read(struct mqtt_reader* reader, device_core_bytes* bytes);

/* A PUBLISH that was read. `is_whole`: all of its payload is there. */
struct mqtt_message {
  device_core_text topic;
  device_core_text payload;
  uint16_t id; /* 0: QoS 0 */
  int is_whole;
};

/* 0: it is malformed, or of QoS 2, which the platform does not have. */
int mqtt_read_message(const struct mqtt_reader* reader, struct mqtt_message* message);

#endif
