#include "outputs.h"

#include <string.h>

/* So many are kept for what must not be lost: opening and closing links, and the flash. */
#define RESERVED 8u

void outputs_reset(struct outputs* outputs) {
  outputs->count = 0;
  outputs->bytes_used = 0;
}

int outputs_have_room(const struct outputs* outputs, uint32_t bytes) {
  return outputs->count + RESERVED < DEVICE_CORE_OUTPUTS_MAX && OUTPUT_BYTES_MAX - outputs->bytes_used >= bytes;
}

static device_core_output* add(struct outputs* outputs, uint32_t kind, uint32_t leg) {
  device_core_output* const output = &outputs->list[outputs->count < DEVICE_CORE_OUTPUTS_MAX ? outputs->count++ : outputs->count - 1];
  memset(output, 0, sizeof *output);
  output->kind = kind;
  output->leg = leg;
  return output;
}

struct text_writer outputs_writer(struct outputs* outputs) {
  const struct text_writer writer = {outputs->bytes + outputs->bytes_used, OUTPUT_BYTES_MAX - outputs->bytes_used, 0, 0};
  return writer;
}

static int keep(struct outputs* outputs, const struct text_writer* written) {
  if (written->overflowed || written->size == 0) return 0;
  outputs->bytes_used += (uint32_t)written->size;
  return 1;
}

int outputs_send(struct outputs* outputs, uint32_t leg, const struct text_writer* written) {
  device_core_output* const last = outputs->count > 0 ? &outputs->list[outputs->count - 1] : NULL;
  const int joins =
      last != NULL && last->kind == DEVICE_CORE_SEND && last->leg == leg && last->bytes.data + last->bytes.size == written->data;
  if ((!joins && outputs->count + RESERVED / 2 >= DEVICE_CORE_OUTPUTS_MAX) || !keep(outputs, written)) return 0;
  if (joins) {
    last->bytes.size += written->size;
    return 1;
  }
  device_core_output* const output = add(outputs, DEVICE_CORE_SEND, leg);
  output->bytes.data = written->data;
  output->bytes.size = written->size;
  return 1;
}

int outputs_write_flash(struct outputs* outputs, uint32_t slot, const struct text_writer* written) {
  if (outputs->count == DEVICE_CORE_OUTPUTS_MAX || !keep(outputs, written)) return 0;
  device_core_output* const output = add(outputs, DEVICE_CORE_WRITE_FLASH, 0);
  output->slot = slot;
  output->bytes.data = written->data;
  output->bytes.size = written->size;
  return 1;
}

device_core_text outputs_keep(struct outputs* outputs, device_core_text text) {
  struct text_writer copy = outputs_writer(outputs);
  put_text(&copy, text);
  return keep(outputs, &copy) ? text_of((const char*)copy.data, copy.size) : text_of(NULL, 0);
}

void outputs_write_image(struct outputs* outputs, uint32_t offset, uint32_t image_size, const uint8_t* data, size_t size) {
  device_core_output* const output = add(outputs, DEVICE_CORE_WRITE_IMAGE, 0);
  output->offset = offset;
  output->image_size = image_size;
  output->bytes.data = data;
  output->bytes.size = size;
}

void outputs_restart(struct outputs* outputs, device_core_text version) { add(outputs, DEVICE_CORE_RESTART, 0)->text = version; }

void outputs_open(struct outputs* outputs, uint32_t leg, device_core_text host, uint32_t port, uint32_t tls) {
  device_core_output* const output = add(outputs, DEVICE_CORE_OPEN_LINK, leg);
  output->host = host;
  output->port = port;
  output->tls = tls;
}

void outputs_end(struct outputs* outputs, enum device_core_output_kind kind, uint32_t leg) { add(outputs, kind, leg); }

void outputs_log(struct outputs* outputs, const char* text) {
  if (!outputs_have_room(outputs, 0)) return;
  add(outputs, DEVICE_CORE_LOG, 0)->text = text_of_string(text);
}

device_core_output* outputs_event(struct outputs* outputs, enum device_core_event event) {
  if (outputs->count + RESERVED / 2 >= DEVICE_CORE_OUTPUTS_MAX) {
    memset(&outputs->lost, 0, sizeof outputs->lost);
    return &outputs->lost;
  }
  device_core_output* const output = add(outputs, DEVICE_CORE_EVENT, 0);
  output->event = event;
  return output;
}
