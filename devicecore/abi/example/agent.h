/* Every decision of this firmware: where to connect, when to wait, what to do when the platform says "move". It reads no byte of MQTT or
 * HTTP itself. */
#ifndef EXAMPLE_AGENT_H
#define EXAMPLE_AGENT_H

#include <stdint.h>

#include "device_core.h"
#include "endpoint.h"
#include "http.h"
#include "mqtt_session.h"
#include "outputs.h"
#include "upgrade.h"

#define LEGS 2u

/* A link that is open must be seen closing before anything else is begun: a small board has memory for one TLS session. */
enum agent_state {
  AGENT_OFF,
  AGENT_BOOTSTRAPPING, /* the global endpoint is asked */
  AGENT_STORING,       /* an endpoint is known: it goes to flash, and the bootstrap link closes */
  AGENT_CONNECTING,    /* from opening the MQTT link until CONNACK */
  AGENT_ONLINE,
  AGENT_LEAVING, /* a link was asked to close; what follows stands in `next` */
  AGENT_BACKING_OFF,
  AGENT_POWERING_OFF
};

enum agent_next { NEXT_BOOTSTRAP, NEXT_BOOTSTRAP_AT_ONCE, NEXT_CONNECT, NEXT_RESTART };

struct agent {
  const device_core_settings* settings;
  int64_t now;
  uint32_t random;
  enum agent_state state;
  enum agent_next next;
  int64_t deadline;
  int has_link[LEGS];     /* from OPEN_LINK to LINK_CLOSED */
  int link_is_open[LEGS]; /* from LINK_OPENED to LINK_CLOSED */
  int patience_is_over;   /* with a flash that does not say that it is done */
  int endpoint_is_unchanged;
  unsigned attempts;      /* since the last stable time online: the waits grow with them */
  unsigned failures;      /* of the endpoint, in a row */
  uint32_t retry_after_s; /* what the bootstrap has asked for */
  unsigned quick_moves;   /* without a stable time between them */
  int64_t online_since;   /* DEVICE_CORE_NEVER: it is not online */
  struct endpoint_store store;
  uint32_t last_id; /* of what it says about its firmware */
  struct http_reader http;
  struct upgrade upgrade;
  struct mqtt_session session;
  struct outputs outputs;
};

void agent_power_on(struct agent* agent);
void agent_power_off(struct agent* agent);
void agent_link_opened(struct agent* agent, uint32_t leg);
void agent_link_closed(struct agent* agent, uint32_t leg, uint32_t end);
/* How many bytes from the end were not taken. */
size_t agent_received(struct agent* agent, uint32_t leg, device_core_bytes bytes);
void agent_flash_written(struct agent* agent, uint32_t slot, int ok);
void agent_image_written(struct agent* agent, int ok);
void agent_publish(struct agent* agent, const device_core_input* input);
void agent_deadline_reached(struct agent* agent);
int64_t agent_deadline(const struct agent* agent);

/* Between agent.c and agent_upgrade.c. */
void agent_say(struct agent* agent, const struct text_writer* topic, const struct text_writer* payload);
void agent_leave_for_restart(struct agent* agent);
void agent_inform_version(struct agent* agent);
/* Whether the message is an offer: then it is dealt with. */
int agent_takes_offer(struct agent* agent, const struct mqtt_message* message);
/* Whether the bootstrap's leg is the upgrade's just now. */
int agent_upgrade_has_leg(const struct agent* agent);
void agent_upgrade_went(struct agent* agent, int told);
void agent_upgrade_link_opened(struct agent* agent);
void agent_upgrade_link_closed(struct agent* agent, uint32_t end);
void agent_upgrade_received(struct agent* agent, device_core_bytes bytes);
void agent_upgrade_deadline_reached(struct agent* agent);
void agent_upgrade_pause(struct agent* agent);
void agent_upgrade_resume(struct agent* agent);

#endif
