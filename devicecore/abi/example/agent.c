#include "agent.h"

#include "alink.h"
#include "backoff.h"

#define LINK_TIMEOUT_US (10 * SECOND_US) /* opening a link until its answer, and closing one */
#define STABLE_ONLINE_US (60 * SECOND_US)
#define FAILURES_MAX 3u /* of an endpoint in a row, before the global one is asked */
#define QUICK_MOVES_MAX 4u

static const uint32_t code_ok = 200;
static const uint32_t code_bad_parameters = 460;

static int has_any_link(const struct agent* agent) {
  return agent->has_link[DEVICE_CORE_LEG_BOOTSTRAP] || agent->has_link[DEVICE_CORE_LEG_MQTT] || agent_upgrade_has_leg(agent);
}

static void open_link(struct agent* agent, uint32_t leg, device_core_text host, uint32_t port, uint32_t tls) {
  outputs_open(&agent->outputs, leg, host, port, tls);
  agent->has_link[leg] = 1;
  agent->deadline = agent->now + LINK_TIMEOUT_US;
}

static void end_link(struct agent* agent, enum device_core_output_kind kind, uint32_t leg) {
  if (agent->has_link[leg]) outputs_end(&agent->outputs, kind, leg);
}

static void abort_links(struct agent* agent) {
  for (uint32_t leg = 0; leg < LEGS; ++leg) end_link(agent, DEVICE_CORE_ABORT_LINK, leg);
}

static void start_bootstrap(struct agent* agent) {
  const device_core_settings* const settings = agent->settings;
  agent->state = AGENT_BOOTSTRAPPING;
  open_link(agent, DEVICE_CORE_LEG_BOOTSTRAP, settings->bootstrap_host, settings->bootstrap_port, settings->bootstrap_tls);
}

static void start_connecting(struct agent* agent) {
  const struct endpoint* const endpoint = &agent->store.current;
  agent->state = AGENT_CONNECTING;
  open_link(agent, DEVICE_CORE_LEG_MQTT, endpoint_host(endpoint), endpoint->port, agent->settings->mqtt_tls);
}

static void wait_then(struct agent* agent, enum agent_next next) {
  const int64_t asked_for = agent->retry_after_s * SECOND_US;
  int64_t delay = backoff_delay(&agent->attempts, agent->random);
  if (delay < asked_for) delay = asked_for;
  agent->retry_after_s = 0;
  agent->state = AGENT_BACKING_OFF;
  agent->next = next;
  agent->deadline = agent->now + delay;
  outputs_event(&agent->outputs, DEVICE_CORE_EVENT_RETRY)->delay = delay;
}

/* The closing was asked for already; a board that does not confirm it in time is asked to abort. */
static void leave(struct agent* agent, enum agent_next next) {
  agent_upgrade_pause(agent);
  if (!has_any_link(agent)) {
    wait_then(agent, next);
    return;
  }
  agent->state = AGENT_LEAVING;
  agent->next = next;
  agent->deadline = agent->now + LINK_TIMEOUT_US;
}

static void left(struct agent* agent) {
  if (has_any_link(agent)) return;
  if (agent->next == NEXT_RESTART) {
    agent->state = AGENT_OFF;
    agent->deadline = DEVICE_CORE_NEVER;
    outputs_restart(&agent->outputs, offer_version(&agent->upgrade.offer));
  } else if (agent->next == NEXT_BOOTSTRAP_AT_ONCE) {
    start_bootstrap(agent);
  } else {
    wait_then(agent, agent->next);
  }
}

static void finish_power_off(struct agent* agent) {
  if (has_any_link(agent) || (store_is_writing(&agent->store) && !agent->patience_is_over)) return;
  agent->state = AGENT_OFF;
  agent->deadline = DEVICE_CORE_NEVER;
  outputs_event(&agent->outputs, DEVICE_CORE_EVENT_POWERED_OFF);
}

/* A flash that never says that it is done costs the next power-on a detour by the old endpoint; it must not keep the device from its work.
 */
static void go_on_when_stored(struct agent* agent) {
  if (agent->has_link[DEVICE_CORE_LEG_BOOTSTRAP] || (store_is_writing(&agent->store) && !agent->patience_is_over)) return;
  /* Told to move and sent back to where it was: to go there at once would be a loop. */
  if (agent->endpoint_is_unchanged)
    wait_then(agent, NEXT_CONNECT);
  else
    start_connecting(agent);
}

static void take_bootstrap_answer(struct agent* agent) {
  struct endpoint endpoint;
  end_link(agent, DEVICE_CORE_CLOSE_LINK, DEVICE_CORE_LEG_BOOTSTRAP);
  if (!read_bootstrap_answer(http_body(&agent->http), &endpoint)) {
    outputs_log(&agent->outputs, "the bootstrap's answer names no endpoint");
    leave(agent, NEXT_BOOTSTRAP);
    return;
  }
  agent->endpoint_is_unchanged = endpoint_equals(&endpoint, &agent->store.current);
  agent->failures = 0;
  struct text_writer record = outputs_writer(&agent->outputs);
  if (store_adopt(&agent->store, &endpoint, &record)) outputs_write_flash(&agent->outputs, agent->store.writing, &record);
  device_core_output* const event = outputs_event(&agent->outputs, DEVICE_CORE_EVENT_ENDPOINT);
  event->host = endpoint_host(&agent->store.current);
  event->port = agent->store.current.port;
  agent->state = AGENT_STORING;
  agent->patience_is_over = 0;
  agent->deadline = agent->now + LINK_TIMEOUT_US;
  go_on_when_stored(agent);
}

static void bootstrap_received(struct agent* agent, device_core_bytes bytes) {
  if (agent->state != AGENT_BOOTSTRAPPING) return;
  switch (http_feed(&agent->http, bytes)) {
    case HTTP_MORE:
      return;
    case HTTP_COMPLETE:
      take_bootstrap_answer(agent);
      return;
    case HTTP_FAILED:
      outputs_log(&agent->outputs, "the bootstrap's answer is none");
      agent->retry_after_s = agent->http.retry_after_s;
      end_link(agent, DEVICE_CORE_ABORT_LINK, DEVICE_CORE_LEG_BOOTSTRAP);
      leave(agent, NEXT_BOOTSTRAP);
      return;
  }
}

static void bootstrap_closed(struct agent* agent, uint32_t end) {
  if (agent->state == AGENT_BOOTSTRAPPING) {
    if (end == DEVICE_CORE_END_CLOSED_BY_PEER && http_end_of_stream(&agent->http) == HTTP_COMPLETE)
      take_bootstrap_answer(agent);
    else
      wait_then(agent, NEXT_BOOTSTRAP);
  } else if (agent->state == AGENT_STORING) {
    go_on_when_stored(agent);
  }
}

/* Only a stable time online forgives: a server that accepts and drops at once must still meet longer and longer waits. */
static void forgive_if_stable(struct agent* agent) {
  if (agent->online_since == DEVICE_CORE_NEVER || agent->now - agent->online_since < STABLE_ONLINE_US) return;
  agent->attempts = 0;
  agent->quick_moves = 0;
}

/* A server that refuses may have given the device away, one that cannot be reached may be gone: the global endpoint always knows. */
static enum agent_next after_failure(struct agent* agent) {
  if (++agent->failures < FAILURES_MAX) return NEXT_CONNECT;
  agent->failures = 0;
  outputs_log(&agent->outputs, "its endpoint has failed it too often: the bootstrap is asked");
  return NEXT_BOOTSTRAP;
}

static void send_connect(struct agent* agent) {
  uint8_t memory[LOGIN_BYTES_MAX];
  struct mqtt_login login;
  if (make_login(agent->settings, memory, &login) && session_link_opened(&agent->session, &agent->outputs, agent->now, &login)) return;
  outputs_log(&agent->outputs, "the login does not fit");
  end_link(agent, DEVICE_CORE_ABORT_LINK, DEVICE_CORE_LEG_MQTT);
  leave(agent, NEXT_CONNECT);
}

static void take_connack(struct agent* agent, unsigned code) {
  if (code != 0) {
    outputs_event(&agent->outputs, DEVICE_CORE_EVENT_REFUSED)->code = (int32_t)code;
    end_link(agent, DEVICE_CORE_CLOSE_LINK, DEVICE_CORE_LEG_MQTT);
    leave(agent, after_failure(agent));
    return;
  }
  agent->state = AGENT_ONLINE;
  agent->deadline = DEVICE_CORE_NEVER;
  agent->online_since = agent->now;
  agent->failures = 0;
  device_core_output* const event = outputs_event(&agent->outputs, DEVICE_CORE_EVENT_ONLINE);
  event->host = endpoint_host(&agent->store.current);
  event->port = agent->store.current.port;
  agent_inform_version(agent);
  agent_upgrade_resume(agent);
}

void agent_say(struct agent* agent, const struct text_writer* topic, const struct text_writer* payload) {
  const device_core_bytes bytes = {payload->data, payload->size};
  if (topic->overflowed || payload->overflowed) return;
  session_publish(&agent->session, &agent->outputs, agent->now, text_of((const char*)topic->data, topic->size), bytes, 0, 0);
}

void agent_leave_for_restart(struct agent* agent) {
  session_disconnect(&agent->session, &agent->outputs);
  end_link(agent, DEVICE_CORE_CLOSE_LINK, DEVICE_CORE_LEG_MQTT);
  leave(agent, NEXT_RESTART);
}

/* The reply first, then the goodbye, then the question where to go. A platform that sends it around in circles must not make it spin. */
static void obey_notify(struct agent* agent) {
  session_disconnect(&agent->session, &agent->outputs);
  end_link(agent, DEVICE_CORE_CLOSE_LINK, DEVICE_CORE_LEG_MQTT);
  forgive_if_stable(agent);
  const int too_many = agent->quick_moves >= QUICK_MOVES_MAX;
  if (!too_many) ++agent->quick_moves;
  leave(agent, too_many ? NEXT_BOOTSTRAP : NEXT_BOOTSTRAP_AT_ONCE);
}

static void take_message(struct agent* agent, const struct mqtt_message* message) {
  struct notify notify;
  if (agent_takes_offer(agent, message) || !is_notify_topic(message->topic, agent->settings)) return;
  if (!read_notify(message->payload, &notify)) {
    outputs_log(&agent->outputs, "a notify that cannot be read");
    return;
  }
  uint8_t topic[128];
  uint8_t reply[128];
  struct text_writer topic_out = {topic, sizeof topic, 0, 0};
  struct text_writer reply_out = {reply, sizeof reply, 0, 0};
  put_notify_reply_topic(&topic_out, agent->settings);
  put_notify_reply(&reply_out, &notify, notify.command == 0 ? code_ok : code_bad_parameters);
  agent_say(agent, &topic_out, &reply_out);
  device_core_output* const event = outputs_event(&agent->outputs, DEVICE_CORE_EVENT_NOTIFIED);
  event->code = notify.command;
  event->text = outputs_keep(&agent->outputs, notify.id);
  if (notify.command == 0) obey_notify(agent);
}

static void take_mqtt_fault(struct agent* agent) {
  const enum agent_next next = agent->state == AGENT_CONNECTING ? after_failure(agent) : NEXT_CONNECT;
  outputs_log(&agent->outputs, "the server breaks the rules of MQTT, or is silent");
  end_link(agent, DEVICE_CORE_ABORT_LINK, DEVICE_CORE_LEG_MQTT);
  leave(agent, next);
}

static void obey_event(struct agent* agent, const struct mqtt_event* event) {
  switch (event->kind) {
    case MQTT_NOTHING:
      return;
    case MQTT_ANSWERED:
      take_connack(agent, event->code);
      return;
    case MQTT_MESSAGE:
      take_message(agent, &event->message);
      return;
    case MQTT_ACKNOWLEDGED:
      outputs_event(&agent->outputs, DEVICE_CORE_EVENT_PUBLISH_ACKNOWLEDGED)->token = event->token;
      return;
    case MQTT_FAULT:
      take_mqtt_fault(agent);
      return;
  }
}

static int has_session(const struct agent* agent) { return agent->state == AGENT_CONNECTING || agent->state == AGENT_ONLINE; }

static void mqtt_closed(struct agent* agent, uint32_t end) {
  session_link_closed(&agent->session);
  forgive_if_stable(agent);
  agent->online_since = DEVICE_CORE_NEVER;
  if (agent->state == AGENT_CONNECTING)
    wait_then(agent, end == DEVICE_CORE_END_NO_RESOURCES ? NEXT_CONNECT : after_failure(agent));
  else if (agent->state == AGENT_ONLINE)
    leave(agent, NEXT_CONNECT);
}

void agent_power_on(struct agent* agent) {
  if (agent->store.current.port != 0)
    start_connecting(agent);
  else
    start_bootstrap(agent);
}

void agent_power_off(struct agent* agent) {
  if (agent->state == AGENT_ONLINE) {
    session_disconnect(&agent->session, &agent->outputs);
    end_link(agent, DEVICE_CORE_CLOSE_LINK, DEVICE_CORE_LEG_MQTT);
  } else if (agent->state == AGENT_CONNECTING || agent->state == AGENT_BOOTSTRAPPING) {
    abort_links(agent);
  }
  agent_upgrade_pause(agent);
  agent->state = AGENT_POWERING_OFF;
  agent->patience_is_over = 0;
  agent->deadline = agent->now + LINK_TIMEOUT_US;
  finish_power_off(agent);
}

void agent_link_opened(struct agent* agent, uint32_t leg) {
  if (leg == DEVICE_CORE_LEG_BOOTSTRAP && agent_upgrade_has_leg(agent)) {
    agent_upgrade_link_opened(agent);
    return;
  }
  agent->link_is_open[leg] = 1;
  if (leg == DEVICE_CORE_LEG_MQTT && agent->state == AGENT_CONNECTING) send_connect(agent);
  if (leg == DEVICE_CORE_LEG_BOOTSTRAP && agent->state == AGENT_BOOTSTRAPPING) {
    struct text_writer request = outputs_writer(&agent->outputs);
    put_bootstrap_request(&request, agent->settings);
    outputs_send(&agent->outputs, leg, &request);
    http_begin(&agent->http);
  }
}

void agent_link_closed(struct agent* agent, uint32_t leg, uint32_t end) {
  const int was_open = agent->link_is_open[leg];
  const int is_of_upgrade = leg == DEVICE_CORE_LEG_BOOTSTRAP && agent_upgrade_has_leg(agent);
  agent->has_link[leg] = 0;
  agent->link_is_open[leg] = 0;
  if (leg == DEVICE_CORE_LEG_MQTT)
    mqtt_closed(agent, end);
  else if (is_of_upgrade)
    agent_upgrade_link_closed(agent, end);
  else
    bootstrap_closed(agent, was_open ? end : (uint32_t)DEVICE_CORE_END_REFUSED);
  if (agent->state == AGENT_LEAVING)
    left(agent);
  else if (agent->state == AGENT_POWERING_OFF)
    finish_power_off(agent);
}

size_t agent_received(struct agent* agent, uint32_t leg, device_core_bytes bytes) {
  struct mqtt_event event;
  if (leg == DEVICE_CORE_LEG_BOOTSTRAP && agent_upgrade_has_leg(agent)) {
    agent_upgrade_received(agent, bytes);
    return 0;
  }
  if (leg == DEVICE_CORE_LEG_BOOTSTRAP) {
    bootstrap_received(agent, bytes);
    return 0;
  }
  while (has_session(agent) && session_receive(&agent->session, &agent->outputs, agent->now, &bytes, &event)) obey_event(agent, &event);
  return has_session(agent) ? bytes.size : 0; /* on a link that is given up, nobody reads on */
}

void agent_flash_written(struct agent* agent, uint32_t slot, int ok) {
  store_written(&agent->store, slot, ok);
  if (agent->state == AGENT_STORING)
    go_on_when_stored(agent);
  else if (agent->state == AGENT_POWERING_OFF)
    finish_power_off(agent);
}

void agent_publish(struct agent* agent, const device_core_input* input) {
  enum publish_outcome outcome = PUBLISH_NO_ROOM;
  if (agent->state == AGENT_ONLINE)
    outcome = session_publish(&agent->session, &agent->outputs, agent->now, input->topic, input->bytes, input->qos, input->token);
  const int is_sent = outcome == PUBLISH_SENT;
  device_core_output* const event =
      outputs_event(&agent->outputs, is_sent ? DEVICE_CORE_EVENT_PUBLISHED : DEVICE_CORE_EVENT_PUBLISH_REJECTED);
  event->token = input->token;
  event->code = outcome == PUBLISH_TOO_LARGE;
}

void agent_deadline_reached(struct agent* agent) {
  if (agent->state == AGENT_ONLINE && !session_deadline_reached(&agent->session, &agent->outputs, agent->now)) take_mqtt_fault(agent);
  if (agent->state == AGENT_ONLINE) agent_upgrade_deadline_reached(agent);
  if (agent->now < agent->deadline) return;
  agent->deadline = DEVICE_CORE_NEVER;
  switch (agent->state) {
    case AGENT_BOOTSTRAPPING:
      abort_links(agent);
      leave(agent, NEXT_BOOTSTRAP);
      return;
    case AGENT_CONNECTING:
      abort_links(agent);
      leave(agent, after_failure(agent));
      return;
    case AGENT_STORING:
      agent->patience_is_over = 1;
      abort_links(agent);
      go_on_when_stored(agent);
      return;
    case AGENT_LEAVING: /* those of an upgrade were aborted when it left */
      abort_links(agent);
      return;
    case AGENT_BACKING_OFF:
      if (agent->next == NEXT_CONNECT)
        start_connecting(agent);
      else
        start_bootstrap(agent);
      return;
    case AGENT_POWERING_OFF:
      agent->patience_is_over = 1;
      abort_links(agent);
      finish_power_off(agent);
      return;
    case AGENT_OFF:
    case AGENT_ONLINE:
      return;
  }
}

int64_t agent_deadline(const struct agent* agent) {
  if (agent->state != AGENT_ONLINE) return agent->deadline;
  const int64_t of_session = session_deadline(&agent->session);
  const int64_t of_upgrade = upgrade_deadline(&agent->upgrade);
  return of_session < of_upgrade ? of_session : of_upgrade;
}
