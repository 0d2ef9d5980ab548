/* The endpoint that a device was sent to, and how it outlives the night: two slots of flash, written in turn, so that a power cut at any
 * moment leaves one whole record. The order is: answer, write, written, connect. */
#ifndef EXAMPLE_ENDPOINT_H
#define EXAMPLE_ENDPOINT_H

#include <stdint.h>

#include "device_core.h"
#include "text.h"

#define HOST_BYTES_MAX 128u
#define ENDPOINT_SLOTS 2u
#define ENDPOINT_RECORD_BYTES_MAX (16u + HOST_BYTES_MAX)

struct endpoint {
  uint16_t port; /* 0: none */
  uint8_t host_size;
  char host[HOST_BYTES_MAX];
};

struct endpoint_store {
  struct endpoint current;
  uint32_t sequence; /* of the newest whole record */
  uint32_t newest;   /* its slot; ENDPOINT_SLOTS: there is none */
  uint32_t writing;  /* the slot that is being written; ENDPOINT_SLOTS: none is */
  int is_stored;     /* the flash says what `current` says */
};

/* A name or an IP address, without a port, and of no more than HOST_BYTES_MAX. */
int is_host(device_core_text host);
/* 0: no host can be called so, or no port can have that number. */
int endpoint_set(struct endpoint* endpoint, device_core_text host, uint32_t port);
int endpoint_equals(const struct endpoint* one, const struct endpoint* other);
device_core_text endpoint_host(const struct endpoint* endpoint);

void store_load(struct endpoint_store* store, const device_core_flash_slot* slots);
/* Makes it the current one. 1: the record is in `out`, and has to go to slot `store->writing`; 0: nothing is to be written. */
int store_adopt(struct endpoint_store* store, const struct endpoint* endpoint, struct text_writer* out);
int store_is_writing(const struct endpoint_store* store);
void store_written(struct endpoint_store* store, uint32_t slot, int ok);

#endif
