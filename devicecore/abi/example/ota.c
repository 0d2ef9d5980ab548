#include "ota.h"

#include <string.h>

#include "endpoint.h"
#include "json.h"

static int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

static int read_digest(device_core_text text, size_t size, struct offer* offer) {
  if (text.size != 2 * size) return 0;
  for (size_t i = 0; i < size; ++i) {
    const int high = hex_value(text.data[2 * i]);
    const int low = hex_value(text.data[2 * i + 1]);
    if (high < 0 || low < 0) return 0;
    offer->digest[i] = (uint8_t)(high << 4 | low);
  }
  offer->digest_size = size;
  return 1;
}

static device_core_text member_text(struct json_value object, const char* name) {
  struct json_value value;
  if (!json_find(object, name, &value)) return text_of(NULL, 0);
  return value.kind == JSON_STRING ? json_string(value) : value.text;
}

/* Either "sign" with "signMethod", or "md5". */
static int read_check(struct json_value data, struct offer* offer) {
  const device_core_text sign = member_text(data, "sign");
  const device_core_text method = member_text(data, "signMethod");
  if (sign.size > 0 && text_equals_loosely(method, "sha256")) return read_digest(sign, 32, offer);
  if (sign.size > 0 && text_equals_loosely(method, "md5")) return read_digest(sign, 16, offer);
  return read_digest(member_text(data, "md5"), 16, offer);
}

/* The escapes that JSON writers put into URLs: \/ and &. */
static int take_url(device_core_text text, struct offer* offer) {
  struct text_writer out = {(uint8_t*)offer->url, URL_BYTES_MAX, 0, 0};
  for (size_t i = 0; i < text.size; ++i) {
    const char c = text.data[i];
    if (c == '\\' && i + 1 < text.size && text.data[i + 1] == '/') continue; /* the slash comes next */
    if (c == '\\' && text.size - i >= 6 && memcmp(text.data + i, "\\u0026", 6) == 0) {
      put_byte(&out, '&');
      i += 5;
      continue;
    }
    if (c == '\\' || (unsigned char)c <= ' ' || c == 0x7f) return 0;
    put_bytes(&out, &c, 1);
  }
  offer->url_size = out.size;
  return !out.overflowed;
}

/* scheme://host[:port][/path] */
static int split_url(struct offer* offer) {
  static const char clear[] = "http://";
  static const char secure[] = "https://";
  const char* const url = offer->url;
  const size_t size = offer->url_size;
  offer->tls = size > sizeof secure - 1 && memcmp(url, secure, sizeof secure - 1) == 0;
  if (!offer->tls && (size <= sizeof clear - 1 || memcmp(url, clear, sizeof clear - 1) != 0)) return 0;
  offer->host_at = (offer->tls ? sizeof secure : sizeof clear) - 1;
  offer->port = offer->tls ? 443 : 80;
  size_t at = offer->host_at;
  while (at < size && url[at] != '/' && url[at] != ':' && url[at] != '?' && url[at] != '@') ++at;
  offer->host_size = at - offer->host_at;
  offer->path_at = at;
  if (at < size && url[at] == ':') {
    const size_t begin = ++at;
    while (at < size && url[at] != '/') ++at;
    if (!read_number(text_of(url + begin, at - begin), 65535, &offer->port)) return 0;
    offer->path_at = at;
  }
  const int path_is_fine = offer->path_at == size || url[offer->path_at] == '/';
  return is_host(offer_host(offer)) && offer->port > 0 && path_is_fine;
}

static int is_for_the_whole_firmware(struct json_value data) {
  const device_core_text module = member_text(data, "module");
  const device_core_text part = member_text(data, "isDiff");
  const device_core_text protocol = member_text(data, "dProtocol");
  return (module.size == 0 || text_equals(module, "default")) && (part.size == 0 || text_equals(part, "0")) &&
         (protocol.size == 0 || text_equals(protocol, "https"));
}

enum offer_kind read_offer(device_core_text payload, struct offer* offer) {
  struct json_value root, data, version;
  if (!json_parse(payload, &root) || !json_find(root, "data", &data)) return OFFER_NONE;
  const device_core_text code = member_text(root, "code");
  if (!text_equals(code, "1000") && !text_equals(code, "200")) return OFFER_NONE;
  if (!json_find(data, "version", &version) || version.kind != JSON_STRING || json_string(version).size == 0) return OFFER_NONE;
  memset(offer, 0, sizeof *offer);
  const device_core_text name = json_string(version);
  if (name.size > VERSION_BYTES_MAX) return OFFER_UNUSABLE;
  memcpy(offer->version, name.data, name.size);
  offer->version_size = name.size;
  const int is_usable = read_number(member_text(data, "size"), IMAGE_BYTES_MAX, &offer->size) && offer->size > 0 &&
                        take_url(member_text(data, "url"), offer) && split_url(offer) && is_for_the_whole_firmware(data) &&
                        read_check(data, offer);
  return is_usable ? OFFER_USABLE : OFFER_UNUSABLE;
}

device_core_text offer_version(const struct offer* offer) { return text_of(offer->version, offer->version_size); }

device_core_text offer_host(const struct offer* offer) { return text_of(offer->url + offer->host_at, offer->host_size); }

void put_image_request(struct text_writer* out, const struct offer* offer, uint32_t offset, uint32_t size) {
  put_string(out, "GET ");
  if (offer->path_at == offer->url_size) put_string(out, "/");
  put_bytes(out, offer->url + offer->path_at, offer->url_size - offer->path_at);
  put_string(out, " HTTP/1.1\r\nHost: ");
  put_text(out, offer_host(offer));
  if (offer->port != (offer->tls ? 443u : 80u)) {
    put_string(out, ":");
    put_number(out, offer->port);
  }
  put_string(out, "\r\nAccept: */*\r\nRange: bytes=");
  put_number(out, offset);
  put_string(out, "-");
  put_number(out, offset + size - 1);
  put_string(out, "\r\n\r\n");
}

void put_ota_topic(struct text_writer* out, const device_core_settings* settings, const char* what) {
  put_string(out, "/ota/device/");
  put_string(out, what);
  put_string(out, "/");
  put_text(out, settings->product_key);
  put_string(out, "/");
  put_text(out, settings->device_name);
}

void put_inform(struct text_writer* out, uint32_t id, device_core_text version) {
  put_string(out, "{\"id\":\"");
  put_number(out, id);
  put_string(out, "\",\"params\":{\"version\":\"");
  put_text(out, version);
  put_string(out, "\"}}");
}

void put_progress(struct text_writer* out, uint32_t id, int step) {
  static const char* const failures[] = {"", "cannot be taken", "download failed", "digest does not match", "flash failed"};
  put_string(out, "{\"id\":\"");
  put_number(out, id);
  put_string(out, "\",\"params\":{\"step\":\"");
  if (step < 0) put_string(out, "-");
  put_number(out, (uint32_t)(step < 0 ? -step : step));
  put_string(out, "\",\"desc\":\"");
  put_string(out, step < 0 ? failures[-step] : "");
  put_string(out, "\",\"module\":\"default\"}}");
}
