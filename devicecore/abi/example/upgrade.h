/* Fetches a firmware image over HTTP, part by part, and hands each to the board. A link that is lost costs one part. While the device moves
 * or its MQTT link is away the download waits, and goes on from where it was.
 *
 * Each function's result is what is to be told to the platform: 0 nothing, 1 to 99 how far it is, 100 that the image is whole and right,
 * or one of ota_step: then it is over. */
#ifndef EXAMPLE_UPGRADE_H
#define EXAMPLE_UPGRADE_H

#include <stdint.h>

#include "device_core.h"
#include "http.h"
#include "md5.h"
#include "ota.h"
#include "outputs.h"
#include "sha256.h"

enum upgrade_work { UPGRADE_NONE, UPGRADE_WAITING, UPGRADE_FETCHING, UPGRADE_WRITING, UPGRADE_DONE };
enum upgrade_link { UPGRADE_NO_LINK, UPGRADE_OPENING, UPGRADE_OPEN, UPGRADE_CLOSING };

struct upgrade {
  enum upgrade_work work;
  enum upgrade_link link;
  int is_paused;
  int link_was_of_use; /* it has brought a part */
  int was_heard;       /* bytes of the answer that is awaited */
  int64_t deadline;
  unsigned attempts;
  unsigned failures; /* in a row */
  uint32_t offset;   /* all before it is with the board */
  uint32_t asked;    /* bytes, from there */
  struct offer offer;
  struct md5 md5;
  struct sha256 sha256;
  struct http_reader http;
};

/* What a step gives it. */
struct upgrade_step {
  struct outputs* outputs;
  int64_t now;
  uint32_t random;
};

/* Nothing is under way, and the leg is free. */
int upgrade_begin(struct upgrade* upgrade, const struct upgrade_step* step, const struct offer* offer);
int upgrade_link_opened(struct upgrade* upgrade, const struct upgrade_step* step);
int upgrade_link_closed(struct upgrade* upgrade, const struct upgrade_step* step, uint32_t end);
int upgrade_received(struct upgrade* upgrade, const struct upgrade_step* step, device_core_bytes bytes);
int upgrade_image_written(struct upgrade* upgrade, const struct upgrade_step* step, int ok);
int upgrade_deadline_reached(struct upgrade* upgrade, const struct upgrade_step* step);
void upgrade_pause(struct upgrade* upgrade, const struct upgrade_step* step);
void upgrade_resume(struct upgrade* upgrade, const struct upgrade_step* step);
int64_t upgrade_deadline(const struct upgrade* upgrade);

#endif
