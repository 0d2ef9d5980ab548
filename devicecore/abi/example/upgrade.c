#include "upgrade.h"

#include <string.h>

#include "backoff.h"

#define PART_TIMEOUT_US (10 * SECOND_US)
#define FAILURES_MAX 5u
#define PART_BYTES HTTP_BODY_BYTES_MAX

static const uint32_t leg = DEVICE_CORE_LEG_BOOTSTRAP;

static void end_link(struct upgrade* upgrade, const struct upgrade_step* step, enum device_core_output_kind how) {
  if (upgrade->link != UPGRADE_OPENING && upgrade->link != UPGRADE_OPEN) return;
  upgrade->link = UPGRADE_CLOSING;
  outputs_end(step->outputs, how, leg);
}

static int fail(struct upgrade* upgrade, const struct upgrade_step* step, int why) {
  end_link(upgrade, step, DEVICE_CORE_ABORT_LINK);
  upgrade->work = UPGRADE_NONE;
  upgrade->deadline = DEVICE_CORE_NEVER;
  return why;
}

static int try_again(struct upgrade* upgrade, const struct upgrade_step* step) {
  if (++upgrade->failures > FAILURES_MAX) return fail(upgrade, step, OTA_DOWNLOAD_FAILED);
  end_link(upgrade, step, DEVICE_CORE_ABORT_LINK);
  upgrade->work = UPGRADE_WAITING;
  upgrade->deadline = step->now + backoff_delay(&upgrade->attempts, step->random);
  return 0;
}

static void open_link(struct upgrade* upgrade, const struct upgrade_step* step) {
  upgrade->work = UPGRADE_FETCHING;
  upgrade->link = UPGRADE_OPENING;
  upgrade->link_was_of_use = 0;
  upgrade->deadline = step->now + PART_TIMEOUT_US;
  outputs_open(step->outputs, leg, offer_host(&upgrade->offer), upgrade->offer.port, upgrade->offer.tls);
}

static void begin_digest(struct upgrade* upgrade) {
  md5_begin(&upgrade->md5);
  sha256_begin(&upgrade->sha256);
}

static int has_right_digest(struct upgrade* upgrade) {
  uint8_t digest[DIGEST_BYTES_MAX];
  if (upgrade->offer.digest_size == MD5_BYTES)
    md5_finish(&upgrade->md5, digest);
  else
    sha256_finish(&upgrade->sha256, digest);
  return memcmp(digest, upgrade->offer.digest, upgrade->offer.digest_size) == 0;
}

int upgrade_begin(struct upgrade* upgrade, const struct upgrade_step* step, const struct offer* offer) {
  upgrade->offer = *offer;
  upgrade->is_paused = 0;
  upgrade->attempts = 0;
  upgrade->failures = 0;
  upgrade->offset = 0;
  begin_digest(upgrade);
  open_link(upgrade, step);
  return 0;
}

static int ask(struct upgrade* upgrade, const struct upgrade_step* step) {
  const uint32_t left = upgrade->offer.size - upgrade->offset;
  struct text_writer out = outputs_writer(step->outputs);
  upgrade->asked = left < PART_BYTES ? left : PART_BYTES;
  upgrade->was_heard = 0;
  http_begin(&upgrade->http);
  upgrade->http.accepts_part = 1;
  put_image_request(&out, &upgrade->offer, upgrade->offset, upgrade->asked);
  if (!outputs_send(step->outputs, leg, &out)) return try_again(upgrade, step);
  upgrade->work = UPGRADE_FETCHING;
  upgrade->deadline = step->now + PART_TIMEOUT_US;
  return 0;
}

int upgrade_link_opened(struct upgrade* upgrade, const struct upgrade_step* step) {
  if (upgrade->link != UPGRADE_OPENING) return 0;
  upgrade->link = UPGRADE_OPEN;
  return ask(upgrade, step);
}

static int take_part(struct upgrade* upgrade, const struct upgrade_step* step) {
  const device_core_text body = http_body(&upgrade->http);
  const uint8_t* const data = (const uint8_t*)body.data;
  /* 200: the server knows no ranges; a small image fits all the same. */
  const int is_whole = upgrade->http.status == 200;
  if (body.size != (is_whole ? upgrade->offer.size : upgrade->asked)) return try_again(upgrade, step);
  if (is_whole) {
    upgrade->offset = 0;
    upgrade->asked = upgrade->offer.size;
    begin_digest(upgrade);
  }
  md5_add(&upgrade->md5, data, body.size);
  sha256_add(&upgrade->sha256, data, body.size);
  outputs_write_image(step->outputs, upgrade->offset, upgrade->offer.size, data, body.size);
  upgrade->link_was_of_use = 1;
  upgrade->work = UPGRADE_WRITING;
  upgrade->deadline = step->now + PART_TIMEOUT_US;
  return 0;
}

int upgrade_received(struct upgrade* upgrade, const struct upgrade_step* step, device_core_bytes bytes) {
  if (upgrade->link != UPGRADE_OPEN || upgrade->work != UPGRADE_FETCHING) return 0;
  upgrade->was_heard = 1;
  switch (http_feed(&upgrade->http, bytes)) {
    case HTTP_MORE:
      return 0;
    case HTTP_COMPLETE:
      return take_part(upgrade, step);
    case HTTP_FAILED:
      break;
  }
  const uint32_t status = upgrade->http.status;
  const int is_refused = status >= 400 && status < 500 && status != 408 && status != 429;
  return is_refused ? fail(upgrade, step, OTA_DOWNLOAD_FAILED) : try_again(upgrade, step);
}

static int finish(struct upgrade* upgrade, const struct upgrade_step* step) {
  if (!has_right_digest(upgrade)) return fail(upgrade, step, OTA_VERIFY_FAILED);
  upgrade->work = UPGRADE_DONE;
  upgrade->deadline = DEVICE_CORE_NEVER;
  end_link(upgrade, step, DEVICE_CORE_CLOSE_LINK);
  return 100;
}

int upgrade_image_written(struct upgrade* upgrade, const struct upgrade_step* step, int ok) {
  if (upgrade->work != UPGRADE_WRITING) return 0;
  if (!ok) return fail(upgrade, step, OTA_FLASH_FAILED);
  upgrade->offset += upgrade->asked;
  upgrade->failures = 0;
  upgrade->attempts = 0;
  if (upgrade->offset == upgrade->offer.size) return finish(upgrade, step);
  if (upgrade->link == UPGRADE_OPEN) {
    const int outcome = ask(upgrade, step);
    if (outcome != 0) return outcome;
  } else {
    upgrade->work = UPGRADE_WAITING;
    upgrade->deadline = upgrade->is_paused ? DEVICE_CORE_NEVER : step->now;
  }
  const int percent = (int)((uint64_t)upgrade->offset * 100 / upgrade->offer.size);
  return percent > 0 ? percent : 1;
}

int upgrade_link_closed(struct upgrade* upgrade, const struct upgrade_step* step, uint32_t end) {
  const enum upgrade_link was = upgrade->link;
  const int in_order = end == DEVICE_CORE_END_CLOSED_BY_PEER && was == UPGRADE_OPEN;
  upgrade->link = UPGRADE_NO_LINK;
  if (upgrade->work != UPGRADE_FETCHING || was == UPGRADE_CLOSING) return 0;
  if (in_order && upgrade->was_heard && http_end_of_stream(&upgrade->http) == HTTP_COMPLETE) return take_part(upgrade, step);
  if (in_order && !upgrade->was_heard && upgrade->link_was_of_use) {
    open_link(upgrade, step); /* a server that closes after each answer, or after many: that is no failure */
    return 0;
  }
  return try_again(upgrade, step);
}

int upgrade_deadline_reached(struct upgrade* upgrade, const struct upgrade_step* step) {
  if (step->now < upgrade->deadline) return 0;
  upgrade->deadline = DEVICE_CORE_NEVER;
  switch (upgrade->work) {
    case UPGRADE_WAITING:
      if (upgrade->link == UPGRADE_NO_LINK)
        open_link(upgrade, step);
      else
        upgrade->deadline = step->now + SECOND_US; /* the end of the old link is still to come */
      return 0;
    case UPGRADE_FETCHING:
      return try_again(upgrade, step);
    case UPGRADE_WRITING:
      return fail(upgrade, step, OTA_FLASH_FAILED);
    case UPGRADE_NONE:
    case UPGRADE_DONE:
      return 0;
  }
  return 0;
}

void upgrade_pause(struct upgrade* upgrade, const struct upgrade_step* step) {
  end_link(upgrade, step, DEVICE_CORE_ABORT_LINK);
  if (upgrade->work == UPGRADE_NONE || upgrade->work == UPGRADE_DONE) return;
  upgrade->is_paused = 1;
  if (upgrade->work == UPGRADE_WRITING) return;
  upgrade->work = UPGRADE_WAITING;
  upgrade->deadline = DEVICE_CORE_NEVER;
}

void upgrade_resume(struct upgrade* upgrade, const struct upgrade_step* step) {
  if (!upgrade->is_paused) return;
  upgrade->is_paused = 0;
  if (upgrade->work == UPGRADE_WAITING) upgrade->deadline = step->now;
}

int64_t upgrade_deadline(const struct upgrade* upgrade) {
  const int waits = upgrade->work == UPGRADE_WAITING || upgrade->work == UPGRADE_FETCHING || upgrade->work == UPGRADE_WRITING;
  return waits ? upgrade->deadline : DEVICE_CORE_NEVER;
}
