/* What this platform's messages say: the bootstrap's request and answer, the login, the notify and its reply. */
#ifndef EXAMPLE_ALINK_H
#define EXAMPLE_ALINK_H

#include <stdint.h>

#include "device_core.h"
#include "endpoint.h"
#include "mqtt_packets.h"
#include "text.h"

void put_bootstrap_request(struct text_writer* out, const device_core_settings* settings);
/* 0: it names no endpoint. */
int read_bootstrap_answer(device_core_text body, struct endpoint* endpoint);

#define LOGIN_BYTES_MAX 512u

/* The fields of CONNECT, in `memory`. 0: they do not fit. */
int make_login(const device_core_settings* settings, uint8_t memory[LOGIN_BYTES_MAX], struct mqtt_login* login);

/* Whether `topic` is /sys/{product key}/{device name}/thing/bootstrap/notify of this device. */
int is_notify_topic(device_core_text topic, const device_core_settings* settings);

struct notify {
  device_core_text id;          /* as people read it */
  device_core_text verbatim_id; /* as it stands there, to be sent back */
  int32_t command;              /* 0: a distribution has happened */
};

/* 0: it is no notify. */
int read_notify(device_core_text payload, struct notify* notify);
void put_notify_reply_topic(struct text_writer* out, const device_core_settings* settings);
void put_notify_reply(struct text_writer* out, const struct notify* notify, uint32_t code);

#endif
