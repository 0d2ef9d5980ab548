/* What a step wants of the board, gathered: the list that device_core_step() hands out, and the memory for the bytes in it.
 *
 *     outputs_reset(&outputs);
 *     struct text_writer out = outputs_writer(&outputs);
 *     put_string(&out, "GET / HTTP/1.1\r\n\r\n");
 *     outputs_send(&outputs, DEVICE_CORE_LEG_BOOTSTRAP, &out);
 */
#ifndef EXAMPLE_OUTPUTS_H
#define EXAMPLE_OUTPUTS_H

#include <stdint.h>

#include "device_core.h"
#include "text.h"

#define OUTPUT_BYTES_MAX 16384u /* of all outputs of a step together */

struct outputs {
  uint32_t count;
  uint32_t bytes_used;
  device_core_output list[DEVICE_CORE_OUTPUTS_MAX];
  device_core_output lost; /* written by whoever found no room, and handed out to nobody */
  uint8_t bytes[OUTPUT_BYTES_MAX];
};

void outputs_reset(struct outputs* outputs);
/* Whether there is room for one more message's answer: so much, and so many outputs. */
int outputs_have_room(const struct outputs* outputs, uint32_t bytes);

/* Writes into the memory that is free; it stays only by the next function that takes it. */
struct text_writer outputs_writer(struct outputs* outputs);
/* Bytes that follow on those of the output before leave together with them. 0: there was no room, nothing is sent. */
int outputs_send(struct outputs* outputs, uint32_t leg, const struct text_writer* written);
int outputs_write_flash(struct outputs* outputs, uint32_t slot, const struct text_writer* written);

/* A copy that is handed out with the step; empty when there was no room. */
device_core_text outputs_keep(struct outputs* outputs, device_core_text text);

/* `data` must last: it is not copied. */
void outputs_write_image(struct outputs* outputs, uint32_t offset, uint32_t image_size, const uint8_t* data, size_t size);
/* `version` likewise. */
void outputs_restart(struct outputs* outputs, device_core_text version);
void outputs_open(struct outputs* outputs, uint32_t leg, device_core_text host, uint32_t port, uint32_t tls);
/* kind: DEVICE_CORE_CLOSE_LINK or DEVICE_CORE_ABORT_LINK */
void outputs_end(struct outputs* outputs, enum device_core_output_kind kind, uint32_t leg);
/* `text` must last: a string in the program. */
void outputs_log(struct outputs* outputs, const char* text);
/* Never null: what finds no room is lost, for nothing that a device does depends on who listens. */
device_core_output* outputs_event(struct outputs* outputs, enum device_core_event event);

#endif
