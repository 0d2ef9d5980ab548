#include "mqtt_session.h"

#include <string.h>

/* The longest answer to one packet, and what a message of the caller's own adds to it. */
#define ROOM_FOR_ANSWERS 1024u

static int send(struct mqtt_session* session, struct outputs* outputs, int64_t now, const struct text_writer* out) {
  if (!outputs_send(outputs, DEVICE_CORE_LEG_MQTT, out)) return 0;
  session->sent_at = now;
  return 1;
}

int session_link_opened(struct mqtt_session* session, struct outputs* outputs, int64_t now, const struct mqtt_login* login) {
  struct text_writer out = outputs_writer(outputs);
  session->is_connected = 0;
  session->ping_waits = 0;
  session->received_at = now;
  session->ping_after = (int64_t)login->keep_alive_s * 750000; /* three quarters of it */
  mqtt_reader_begin(&session->reader);
  put_connect(&out, login);
  return send(session, outputs, now, &out);
}

void session_link_closed(struct mqtt_session* session) { session->is_connected = 0; }

/* The oldest that is owed; NULL: none. */
static struct flight* next_owed(struct mqtt_session* session) {
  struct flight* oldest = NULL;
  for (size_t i = 0; i < FLIGHTS_MAX; ++i) {
    struct flight* const one = &session->flights[i];
    if (one->id != 0 && one->is_owed && (oldest == NULL || (int32_t)(one->order - oldest->order) < 0)) oldest = one;
  }
  return oldest;
}

/* In order, as far as there is room; the deadline sees to the rest. */
static void send_owed(struct mqtt_session* session, struct outputs* outputs, int64_t now) {
  struct flight* one = NULL;
  while ((one = next_owed(session)) != NULL && outputs_have_room(outputs, one->size + ROOM_FOR_ANSWERS)) {
    struct text_writer out = outputs_writer(outputs);
    put_bytes(&out, one->packet, one->size);
    if (!send(session, outputs, now, &out)) return;
    mqtt_mark_duplicate(one->packet); /* the next time */
    one->is_owed = 0;
    one->sent_at = now;
  }
}

static void take_answer(struct mqtt_session* session, struct outputs* outputs, int64_t now, struct mqtt_event* event) {
  event->kind = session->is_connected || session->reader.length != 2 ? MQTT_FAULT : MQTT_ANSWERED;
  event->code = session->reader.body[1];
  if (event->kind == MQTT_FAULT || event->code != 0) return;
  session->is_connected = 1;
  /* What the last link did not get acknowledged: the server may have it or not, and says by PUBACK that it does. */
  for (size_t i = 0; i < FLIGHTS_MAX; ++i) session->flights[i].is_owed = session->flights[i].id != 0;
  send_owed(session, outputs, now);
}

static void take_message(struct mqtt_session* session, struct outputs* outputs, int64_t now, struct mqtt_event* event) {
  if (!mqtt_read_message(&session->reader, &event->message)) {
    event->kind = MQTT_FAULT;
    return;
  }
  if (event->message.id != 0) {
    struct text_writer out = outputs_writer(outputs);
    put_puback(&out, event->message.id);
    send(session, outputs, now, &out);
  }
  event->kind = event->message.is_whole ? MQTT_MESSAGE : MQTT_NOTHING;
}

static void take_acknowledgement(struct mqtt_session* session, struct mqtt_event* event) {
  if (session->reader.length != 2) {
    event->kind = MQTT_FAULT;
    return;
  }
  const uint16_t id = (uint16_t)(session->reader.body[0] << 8 | session->reader.body[1]);
  for (size_t i = 0; i < FLIGHTS_MAX; ++i) {
    if (id == 0 || session->flights[i].id != id) continue;
    event->kind = MQTT_ACKNOWLEDGED;
    event->token = session->flights[i].token;
    session->flights[i].id = 0;
    return;
  }
}

static void take_packet(struct mqtt_session* session, struct outputs* outputs, int64_t now, struct mqtt_event* event) {
  const uint8_t type = session->reader.type;
  if (type == MQTT_TYPE_CONNACK) {
    take_answer(session, outputs, now, event);
  } else if (!session->is_connected) {
    event->kind = MQTT_FAULT; /* nothing comes before CONNACK */
  } else if (type == MQTT_TYPE_PUBLISH) {
    take_message(session, outputs, now, event);
  } else if (type == MQTT_TYPE_PUBACK) {
    take_acknowledgement(session, event);
  } else if (type == MQTT_TYPE_PINGRESP) {
    session->ping_waits = 0;
  } else if (type != MQTT_TYPE_SUBACK && type != MQTT_TYPE_UNSUBACK) {
    event->kind = MQTT_FAULT;
  }
}

int session_receive(struct mqtt_session* session, struct outputs* outputs, int64_t now, device_core_bytes* bytes,
                    struct mqtt_event* event) {
  memset(event, 0, sizeof *event);
  if (bytes->size == 0 || !outputs_have_room(outputs, ROOM_FOR_ANSWERS)) return 0;
  session->received_at = now;
  switch (mqtt_read(&session->reader, bytes)) {
    case MQTT_READ_MORE:
      return 0;
    case MQTT_READ_MALFORMED:
      event->kind = MQTT_FAULT;
      return 1;
    case MQTT_READ_PACKET:
      take_packet(session, outputs, now, event);
      return 1;
  }
  return 0;
}

static int is_in_use(const struct mqtt_session* session, uint16_t id) {
  for (size_t i = 0; i < FLIGHTS_MAX; ++i)
    if (session->flights[i].id == id) return 1;
  return 0;
}

static uint16_t next_id(struct mqtt_session* session) {
  do ++session->last_id;
  while (session->last_id == 0 || is_in_use(session, session->last_id));
  return session->last_id;
}

enum publish_outcome session_publish(struct mqtt_session* session, struct outputs* outputs, int64_t now, device_core_text topic,
                                     device_core_bytes payload, uint32_t qos, uint32_t token) {
  struct flight* place = NULL;
  if (topic.size + payload.size + 16 > FLIGHT_BYTES_MAX) return PUBLISH_TOO_LARGE;
  if (!outputs_have_room(outputs, FLIGHT_BYTES_MAX) || next_owed(session) != NULL) return PUBLISH_NO_ROOM;
  if (qos == 0) {
    struct text_writer out = outputs_writer(outputs);
    put_publish(&out, topic, payload, 0);
    return send(session, outputs, now, &out) ? PUBLISH_SENT : PUBLISH_NO_ROOM;
  }
  for (size_t i = 0; i < FLIGHTS_MAX && place == NULL; ++i)
    if (session->flights[i].id == 0) place = &session->flights[i];
  if (place == NULL) return PUBLISH_NO_ROOM;
  struct text_writer packet = {place->packet, FLIGHT_BYTES_MAX, 0, 0};
  const uint16_t id = next_id(session);
  put_publish(&packet, topic, payload, id);
  place->id = id;
  place->size = (uint16_t)packet.size;
  place->token = token;
  place->order = ++session->last_order;
  place->is_owed = 1;
  send_owed(session, outputs, now);
  return PUBLISH_SENT;
}

void session_disconnect(struct mqtt_session* session, struct outputs* outputs) {
  struct text_writer out = outputs_writer(outputs);
  put_disconnect(&out);
  outputs_send(outputs, DEVICE_CORE_LEG_MQTT, &out);
  session->is_connected = 0;
}

static int64_t earlier(int64_t a, int64_t b) { return a < b ? a : b; }

int64_t session_deadline(const struct mqtt_session* session) {
  int64_t next = DEVICE_CORE_NEVER;
  if (!session->is_connected) return next;
  for (size_t i = 0; i < FLIGHTS_MAX; ++i) {
    const struct flight* const one = &session->flights[i];
    if (one->id != 0) next = earlier(next, one->is_owed ? session->sent_at : one->sent_at + PUBLISH_RETRY_US);
  }
  if (session->ping_waits) return earlier(next, session->ping_at + PING_PATIENCE_US);
  if (session->ping_after > 0) next = earlier(next, earlier(session->sent_at, session->received_at) + session->ping_after);
  return next;
}

int session_deadline_reached(struct mqtt_session* session, struct outputs* outputs, int64_t now) {
  if (!session->is_connected) return 1;
  if (session->ping_waits && now >= session->ping_at + PING_PATIENCE_US) return 0;
  for (size_t i = 0; i < FLIGHTS_MAX; ++i) {
    struct flight* const one = &session->flights[i];
    if (one->id != 0 && now >= one->sent_at + PUBLISH_RETRY_US) one->is_owed = 1;
  }
  send_owed(session, outputs, now);
  const int64_t silent_since = earlier(session->sent_at, session->received_at);
  if (!session->ping_waits && session->ping_after > 0 && now >= silent_since + session->ping_after) {
    struct text_writer out = outputs_writer(outputs);
    put_pingreq(&out);
    send(session, outputs, now, &out);
    session->ping_waits = 1;
    session->ping_at = now;
  }
  return 1;
}
