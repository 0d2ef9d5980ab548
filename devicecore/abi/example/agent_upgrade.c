/* What the agent does about its firmware: it tells its version, takes an offer, and restarts into what it has fetched. */
#include "agent.h"
#include "alink.h"
#include "ota.h"

static struct upgrade_step step_of(struct agent* agent) {
  const struct upgrade_step step = {&agent->outputs, agent->now, agent->random};
  return step;
}

static void say(struct agent* agent, const char* what, const struct text_writer* payload) {
  uint8_t memory[128];
  struct text_writer topic = {memory, sizeof memory, 0, 0};
  put_ota_topic(&topic, agent->settings, what);
  agent_say(agent, &topic, payload);
}

void agent_inform_version(struct agent* agent) {
  uint8_t memory[128];
  struct text_writer payload = {memory, sizeof memory, 0, 0};
  if (agent->settings->firmware_version.size == 0) return;
  put_inform(&payload, ++agent->last_id, agent->settings->firmware_version);
  say(agent, "inform", &payload);
}

/* What there is to tell of an upgrade, and what follows from it. */
void agent_upgrade_went(struct agent* agent, int told) {
  uint8_t memory[128];
  struct text_writer payload = {memory, sizeof memory, 0, 0};
  if (told == 0) return;
  put_progress(&payload, ++agent->last_id, told);
  if (agent->state == AGENT_ONLINE) say(agent, "progress", &payload);
  if (told < 0) outputs_log(&agent->outputs, "an upgrade has failed");
  if (told == 100 && agent->state == AGENT_ONLINE) agent_leave_for_restart(agent);
}

int agent_takes_offer(struct agent* agent, const struct mqtt_message* message) {
  uint8_t memory[128];
  struct text_writer topic = {memory, sizeof memory, 0, 0};
  struct offer offer;
  put_ota_topic(&topic, agent->settings, "upgrade");
  if (!text_equals_text(message->topic, text_of((const char*)topic.data, topic.size))) return 0;
  const enum offer_kind kind = read_offer(message->payload, &offer);
  if (kind == OFFER_NONE) {
    outputs_log(&agent->outputs, "an offer that cannot be read");
    return 1;
  }
  const int is_own = text_equals_text(offer_version(&offer), agent->settings->firmware_version);
  if (is_own || agent->upgrade.work != UPGRADE_NONE) return 1;
  if (kind == OFFER_UNUSABLE || agent->upgrade.link != UPGRADE_NO_LINK) {
    agent_upgrade_went(agent, OTA_CANNOT);
    return 1;
  }
  const struct upgrade_step step = step_of(agent);
  agent_upgrade_went(agent, upgrade_begin(&agent->upgrade, &step, &offer));
  return 1;
}

int agent_upgrade_has_leg(const struct agent* agent) { return agent->upgrade.link != UPGRADE_NO_LINK; }

void agent_upgrade_link_opened(struct agent* agent) {
  const struct upgrade_step step = step_of(agent);
  agent_upgrade_went(agent, upgrade_link_opened(&agent->upgrade, &step));
}

void agent_upgrade_link_closed(struct agent* agent, uint32_t end) {
  const struct upgrade_step step = step_of(agent);
  agent_upgrade_went(agent, upgrade_link_closed(&agent->upgrade, &step, end));
}

void agent_upgrade_received(struct agent* agent, device_core_bytes bytes) {
  const struct upgrade_step step = step_of(agent);
  agent_upgrade_went(agent, upgrade_received(&agent->upgrade, &step, bytes));
}

void agent_image_written(struct agent* agent, int ok) {
  const struct upgrade_step step = step_of(agent);
  agent_upgrade_went(agent, upgrade_image_written(&agent->upgrade, &step, ok));
}

void agent_upgrade_deadline_reached(struct agent* agent) {
  const struct upgrade_step step = step_of(agent);
  agent_upgrade_went(agent, upgrade_deadline_reached(&agent->upgrade, &step));
}

void agent_upgrade_pause(struct agent* agent) {
  const struct upgrade_step step = step_of(agent);
  upgrade_pause(&agent->upgrade, &step);
}

void agent_upgrade_resume(struct agent* agent) {
  const struct upgrade_step step = step_of(agent);
  upgrade_resume(&agent->upgrade, &step);
  if (agent->upgrade.work == UPGRADE_DONE) agent_upgrade_went(agent, 100); /* its last part was written while the device was away */
}
