/* What is said about firmware: the version that a device tells, an upgrade that it is offered, how far it is, and a part of an image. */
#ifndef EXAMPLE_OTA_H
#define EXAMPLE_OTA_H

#include <stdint.h>

#include "device_core.h"
#include "text.h"

#define URL_BYTES_MAX 512u
#define VERSION_BYTES_MAX 64u
#define DIGEST_BYTES_MAX 32u
#define IMAGE_BYTES_MAX 268435456u

/* Steps that are told on ota/device/progress, beside 1 to 100. */
enum ota_step { OTA_CANNOT = -1, OTA_DOWNLOAD_FAILED = -2, OTA_VERIFY_FAILED = -3, OTA_FLASH_FAILED = -4 };

struct offer {
  uint32_t size;
  uint32_t port;
  uint32_t tls;
  size_t version_size;
  size_t url_size;
  size_t host_at; /* in the URL */
  size_t host_size;
  size_t path_at;     /* its end: there is none */
  size_t digest_size; /* 16: MD5; 32: SHA-256 */
  uint8_t digest[DIGEST_BYTES_MAX];
  char version[VERSION_BYTES_MAX];
  char url[URL_BYTES_MAX];
};

enum offer_kind { OFFER_NONE, OFFER_UNUSABLE, OFFER_USABLE };

enum offer_kind read_offer(device_core_text payload, struct offer* offer);
device_core_text offer_version(const struct offer* offer);
device_core_text offer_host(const struct offer* offer);
void put_image_request(struct text_writer* out, const struct offer* offer, uint32_t offset, uint32_t size);

/* what: "inform", "upgrade", "progress" */
void put_ota_topic(struct text_writer* out, const device_core_settings* settings, const char* what);
void put_inform(struct text_writer* out, uint32_t id, device_core_text version);
void put_progress(struct text_writer* out, uint32_t id, int step);

#endif
