/* An MQTT session on one link after another: CONNECT, keep-alive, acknowledgements, and the QoS 1 messages that go out again until they are
 * acknowledged, on the next link too. It knows no topic; where to connect, and when, is its caller's to decide.
 *
 *     session_link_opened(&session, outputs, now, &login);
 *     while (session_receive(&session, outputs, now, &bytes, &event)) obey(event);
 */
#ifndef EXAMPLE_MQTT_SESSION_H
#define EXAMPLE_MQTT_SESSION_H

#include <stdint.h>

#include "device_core.h"
#include "mqtt_packets.h"
#include "outputs.h"

#define FLIGHTS_MAX 8u
#define FLIGHT_BYTES_MAX 1024u /* of a whole PUBLISH */
#define PUBLISH_RETRY_US 10000000
#define PING_PATIENCE_US 10000000

/* A message of QoS 1 that is not acknowledged. */
struct flight {
  uint16_t id; /* 0: none */
  uint16_t size;
  int is_owed; /* to be sent (again) as soon as there is room */
  uint32_t token;
  uint32_t order; /* which was first */
  int64_t sent_at;
  uint8_t packet[FLIGHT_BYTES_MAX];
};

struct mqtt_session {
  int is_connected; /* CONNACK has accepted it */
  int ping_waits;   /* for its PINGRESP */
  uint16_t last_id;
  uint32_t last_order;
  int64_t ping_after; /* microseconds of silence in either direction */
  int64_t sent_at;
  int64_t received_at;
  int64_t ping_at;
  struct mqtt_reader reader;
  struct flight flights[FLIGHTS_MAX];
};

enum mqtt_event_kind { MQTT_NOTHING, MQTT_ANSWERED, MQTT_MESSAGE, MQTT_ACKNOWLEDGED, MQTT_FAULT };

struct mqtt_event {
  enum mqtt_event_kind kind;
  uint8_t code; /* of MQTT_ANSWERED: CONNACK's return code */
  uint32_t token;
  struct mqtt_message message; /* lent until the next session_receive() */
};

/* 0: the login is too large for this board. */
int session_link_opened(struct mqtt_session* session, struct outputs* outputs, int64_t now, const struct mqtt_login* login);
void session_link_closed(struct mqtt_session* session);
/* Takes up to one packet from the front of `bytes`. 0: nothing more to be had, for want of bytes or of room for answers. After MQTT_FAULT
 * the link is no more good. */
int session_receive(struct mqtt_session* session, struct outputs* outputs, int64_t now, device_core_bytes* bytes, struct mqtt_event* event);

enum publish_outcome { PUBLISH_SENT, PUBLISH_NO_ROOM, PUBLISH_TOO_LARGE };
/* token is of QoS 1 only. */
enum publish_outcome session_publish(struct mqtt_session* session, struct outputs* outputs, int64_t now, device_core_text topic,
                                     device_core_bytes payload, uint32_t qos, uint32_t token);
/* Says goodbye; the link is the caller's to close. */
void session_disconnect(struct mqtt_session* session, struct outputs* outputs);

int64_t session_deadline(const struct mqtt_session* session);
/* 0: the peer is silent, and the link no more good. */
int session_deadline_reached(struct mqtt_session* session, struct outputs* outputs, int64_t now);

#endif
