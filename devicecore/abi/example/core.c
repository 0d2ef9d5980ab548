/* The five functions of device_core.h: they hand each input to the agent, and what it wants of the board to whoever called. */
#include <stdlib.h>

#include "agent.h"
#include "device_core.h"

struct device_core {
  struct agent agent;
};

uint32_t device_core_abi_version(void) { return DEVICE_CORE_ABI_VERSION; }

static device_core* refuse(device_core_text* why, const char* text) {
  *why = text_of_string(text);
  return NULL;
}

device_core* device_core_create(const device_core_settings* settings, device_core_text* why) {
  if (settings->product_key.size == 0 || settings->device_name.size == 0 || settings->device_secret.size == 0)
    return refuse(why, "it needs a product key, a device name and a device secret");
  if (settings->bootstrap_host.size == 0 || settings->bootstrap_port == 0) return refuse(why, "it needs a bootstrap endpoint");
  if (settings->flash_slots < ENDPOINT_SLOTS || settings->flash_slot_bytes < ENDPOINT_RECORD_BYTES_MAX)
    return refuse(why, "it needs two flash slots of 144 bytes");
  device_core* const core = calloc(1, sizeof *core);
  if (core == NULL) return refuse(why, "no memory");
  core->agent.settings = settings;
  core->agent.deadline = DEVICE_CORE_NEVER;
  core->agent.online_since = DEVICE_CORE_NEVER;
  store_load(&core->agent.store, settings->flash);
  return core;
}

void device_core_step(device_core* core, const device_core_input* input, device_core_result* result) {
  struct agent* const agent = &core->agent;
  agent->now = input->now;
  agent->random = input->random;
  outputs_reset(&agent->outputs);
  switch (input->kind) {
    case DEVICE_CORE_POWER_ON:
      agent_power_on(agent);
      break;
    case DEVICE_CORE_POWER_OFF:
      agent_power_off(agent);
      break;
    case DEVICE_CORE_LINK_OPENED:
      agent_link_opened(agent, input->leg);
      break;
    case DEVICE_CORE_LINK_RECEIVED:
      result->bytes_left = agent_received(agent, input->leg, input->bytes);
      break;
    case DEVICE_CORE_LINK_CLOSED:
      agent_link_closed(agent, input->leg, input->link_end);
      break;
    case DEVICE_CORE_FLASH_WRITTEN:
      agent_flash_written(agent, input->slot, input->ok != 0);
      break;
    case DEVICE_CORE_IMAGE_WRITTEN:
      agent_image_written(agent, input->ok != 0);
      break;
    case DEVICE_CORE_DEADLINE:
      agent_deadline_reached(agent);
      break;
    case DEVICE_CORE_PUBLISH:
      agent_publish(agent, input);
      break;
  }
  result->output_size = sizeof(device_core_output);
  result->outputs = agent->outputs.list;
  result->outputs_count = agent->outputs.count;
}

int64_t device_core_deadline(const device_core* core) { return agent_deadline(&core->agent); }

void device_core_destroy(device_core* core) { free(core); }
