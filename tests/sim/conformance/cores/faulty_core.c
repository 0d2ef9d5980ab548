/* Cores that break one rule of devicecore/abi/device_core.h each; which one is chosen when this is compiled: -DFAULT=FAULT_SPINS.
 * They write their log, and do the fault when they get power, or when they are switched off. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devicecore/abi/device_core.h"

#define FAULT_NONE 0          /* it is silent, and breaks no rule */
#define FAULT_OTHER_VERSION 1 /* made for another version of the header */
#define FAULT_NO_STEP 2       /* lacks two functions */
#define FAULT_IS_NONE 3       /* create() refuses */
#define FAULT_SPINS 4         /* its deadline stays in the past */
#define FAULT_SPINS_SLOWLY 5  /* its deadline is always a microsecond ahead */
#define FAULT_WILD_LIST 6     /* the list of outputs lies nowhere */
#define FAULT_WILD_BYTES 7    /* the bytes of an output do */
#define FAULT_TOO_MANY 8      /* outputs */
#define FAULT_OTHER_SIZE 9    /* of an output */
#define FAULT_KIND_FORGOTTEN 10
#define FAULT_SENDS_EARLY 11 /* on a link that is not open */
#define FAULT_OPENS_TWICE 12
#define FAULT_NO_PORT 13
#define FAULT_NO_LEG 14
#define FAULT_NO_SLOT 15
#define FAULT_LONG_SLOT 16
#define FAULT_READS_NOTHING 17 /* of what the bootstrap answers */
#define FAULT_READS_TOO_MUCH 18
#define FAULT_STAYS_ON 19     /* never tells POWERED_OFF */
#define FAULT_SHOWS_SECRET 20 /* in its log */
#define FAULT_EARLY_ONLINE 21 /* without a link */
#define FAULT_BLANK_HOST 22
#define FAULT_IMAGE_TOO_LONG 23 /* more of it than there is */
#define FAULT_TWO_PARTS 24      /* of an image at once */
#define FAULT_RESTARTS_EARLY 25 /* with a link that is open */
#define FAULT_WRITES_FOR_EVER 26
#define FAULT_RESTARTS_FOR_EVER 27
#define FAULT_OPENS_FOR_EVER 28 /* a host that nobody knows */
#define FAULT_WILD_REASON 29    /* create() refuses, and why lies nowhere */
#define FAULT_TELLS_SECRET 30   /* it says why with its secret in it */
#define FAULT_TELLS_CLOCK 31    /* none: what its clock says when it gets power */

#ifndef FAULT
#define FAULT FAULT_NONE
#endif

struct device_core {
  const device_core_settings* settings;
  device_core_output outputs[DEVICE_CORE_OUTPUTS_MAX + 1];
  uint32_t count;
  char clock[32];
};

static device_core_text words(const char* text) {
  const device_core_text made = {text, strlen(text)};
  return made;
}

uint32_t device_core_abi_version(void) { return FAULT == FAULT_OTHER_VERSION ? 99 : DEVICE_CORE_ABI_VERSION; }

device_core* device_core_create(const device_core_settings* settings, device_core_text* why) {
  if (FAULT == FAULT_WILD_REASON) {
    why->data = (const char*)(uintptr_t)4096;
    why->size = 8;
    return NULL;
  }
  if (FAULT == FAULT_TELLS_SECRET) {
    *why = settings->device_secret;
    return NULL;
  }
  if (FAULT == FAULT_IS_NONE) {
    *why = words("the moon is not full");
    return NULL;
  }
  device_core* const core = calloc(1, sizeof *core);
  if (core != NULL) core->settings = settings;
  return core;
}

void device_core_destroy(device_core* core) { free(core); }

#if FAULT != FAULT_NO_STEP

/* Not known where it is looked at, or compilers would tell of cases that never come. */
static int fault(void) { return FAULT; }

static device_core_output* add(device_core* core, uint32_t kind) {
  device_core_output* const output = &core->outputs[core->count++];
  memset(output, 0, sizeof *output);
  output->kind = kind;
  return output;
}

static device_core_output* open_link(device_core* core) {
  device_core_output* const output = add(core, DEVICE_CORE_OPEN_LINK);
  output->leg = DEVICE_CORE_LEG_BOOTSTRAP;
  output->host = core->settings->bootstrap_host;
  output->port = core->settings->bootstrap_port;
  output->tls = core->settings->bootstrap_tls;
  return output;
}

static void write_slot(device_core* core) {
  static const uint8_t byte = 'y';
  device_core_output* const output = add(core, DEVICE_CORE_WRITE_FLASH);
  output->bytes.data = &byte;
  output->bytes.size = 1;
}

/* Faults of what is written. */
static void write_wrongly(device_core* core) {
  static const uint8_t byte = 'x';
  device_core_output* output = NULL;
  switch (fault()) {
    case FAULT_NO_SLOT:
    case FAULT_LONG_SLOT:
      output = add(core, DEVICE_CORE_WRITE_FLASH);
      output->slot = FAULT == FAULT_NO_SLOT ? core->settings->flash_slots : 0;
      output->bytes.data = (const uint8_t*)core;
      output->bytes.size = FAULT == FAULT_NO_SLOT ? 1 : core->settings->flash_slot_bytes + 1;
      return;
    case FAULT_IMAGE_TOO_LONG:
    case FAULT_TWO_PARTS:
      for (int i = 0; i < 2; ++i) {
        output = add(core, DEVICE_CORE_WRITE_IMAGE);
        output->image_size = FAULT == FAULT_TWO_PARTS ? 2 : 0;
        output->bytes.data = &byte;
        output->bytes.size = 1;
      }
      return;
    case FAULT_WRITES_FOR_EVER:
      write_slot(core);
      return;
  }
}

static void power_on(device_core* core) {
  static const uint8_t byte = 'x';
  device_core_output* output = NULL;
  add(core, DEVICE_CORE_LOG)->text = words("good morning");
  switch (fault()) {
    case FAULT_WILD_BYTES:
      output = add(core, DEVICE_CORE_LOG);
      output->text.data = (const char*)(uintptr_t)4096;
      output->text.size = 8;
      return;
    case FAULT_TOO_MANY:
      while (core->count <= DEVICE_CORE_OUTPUTS_MAX) add(core, DEVICE_CORE_LOG);
      return;
    case FAULT_KIND_FORGOTTEN:
      add(core, 0);
      return;
    case FAULT_SENDS_EARLY:
      open_link(core);
      output = add(core, DEVICE_CORE_SEND);
      output->bytes.data = &byte;
      output->bytes.size = 1;
      return;
    case FAULT_OPENS_TWICE:
      open_link(core);
      open_link(core);
      return;
    case FAULT_NO_PORT:
      open_link(core)->port = 70000;
      return;
    case FAULT_NO_LEG:
      open_link(core)->leg = 7;
      return;
    case FAULT_BLANK_HOST:
      open_link(core)->host = words("two words");
      return;
    case FAULT_RESTARTS_EARLY:
      open_link(core);
      add(core, DEVICE_CORE_RESTART)->text = words("2.0.0");
      return;
    case FAULT_RESTARTS_FOR_EVER:
      add(core, DEVICE_CORE_RESTART)->text = words("2.0.0");
      return;
    case FAULT_OPENS_FOR_EVER:
      open_link(core)->host = words("nowhere.example");
      return;
    case FAULT_SHOWS_SECRET:
      add(core, DEVICE_CORE_LOG)->text = core->settings->device_secret;
      return;
    case FAULT_EARLY_ONLINE:
      add(core, DEVICE_CORE_EVENT)->event = DEVICE_CORE_EVENT_ONLINE;
      return;
    case FAULT_READS_NOTHING:
    case FAULT_READS_TOO_MUCH:
      open_link(core);
      return;
  }
  write_wrongly(core);
}

static void ask(device_core* core) {
  device_core_output* const output = add(core, DEVICE_CORE_SEND);
  output->leg = DEVICE_CORE_LEG_BOOTSTRAP;
  static const char request[] = "GET / HTTP/1.1\r\nHost: nobody\r\n\r\n";
  output->bytes.data = (const uint8_t*)request;
  output->bytes.size = sizeof request - 1;
}

void device_core_step(device_core* core, const device_core_input* input, device_core_result* result) {
  core->count = 0;
  if (input->kind == DEVICE_CORE_POWER_ON) power_on(core);
  if (input->kind == DEVICE_CORE_LINK_OPENED) ask(core);
  if (input->kind == DEVICE_CORE_FLASH_WRITTEN) write_slot(core);
  if (input->kind == DEVICE_CORE_POWER_ON && FAULT == FAULT_TELLS_CLOCK) {
    snprintf(core->clock, sizeof core->clock, "clock %lld", (long long)input->clock_ms);
    add(core, DEVICE_CORE_LOG)->text = words(core->clock);
  }
  if (input->kind == DEVICE_CORE_LINK_CLOSED && FAULT == FAULT_OPENS_FOR_EVER) open_link(core)->host = words("nowhere.example");
  if (input->kind == DEVICE_CORE_LINK_RECEIVED && FAULT == FAULT_READS_NOTHING) result->bytes_left = input->bytes.size;
  if (input->kind == DEVICE_CORE_LINK_RECEIVED && FAULT == FAULT_READS_TOO_MUCH) result->bytes_left = input->bytes.size + 1;
  if (input->kind == DEVICE_CORE_POWER_OFF && FAULT != FAULT_STAYS_ON) add(core, DEVICE_CORE_EVENT)->event = DEVICE_CORE_EVENT_POWERED_OFF;
  result->output_size = FAULT == FAULT_OTHER_SIZE ? 8 : sizeof(device_core_output);
  result->outputs = FAULT == FAULT_WILD_LIST && core->count > 0 ? (const device_core_output*)(uintptr_t)64 : core->outputs;
  result->outputs_count = core->count;
  if (FAULT == FAULT_SPINS_SLOWLY) core->outputs[DEVICE_CORE_OUTPUTS_MAX].delay = input->now + 1;
}

int64_t device_core_deadline(const device_core* core) {
  if (FAULT == FAULT_SPINS) return 0;
  return FAULT == FAULT_SPINS_SLOWLY ? core->outputs[DEVICE_CORE_OUTPUTS_MAX].delay : DEVICE_CORE_NEVER;
}

#endif
