#include "alink.h"

#include <string.h>

#include "json.h"
#include "sha256.h"

#define ID_BYTES_MAX 64u
#define FORM_BYTES_MAX 640u

/* A constant does: the platform does not look at a device's clock, and not every board has one. */
static const char timestamp[] = "2524608000000";

void put_bootstrap_request(struct text_writer* out, const device_core_settings* settings) {
  uint8_t memory[FORM_BYTES_MAX];
  struct text_writer form = {memory, sizeof memory, 0, 0};
  put_string(&form, "productKey=");
  put_encoded(&form, settings->product_key);
  put_string(&form, "&deviceName=");
  put_encoded(&form, settings->device_name);
  put_string(&form, "&clientId=");
  put_encoded(&form, settings->product_key);
  put_string(&form, ".");
  put_encoded(&form, settings->device_name);
  put_string(&form, "&resources=mqtt");

  put_string(out, "POST /auth/bootstrap HTTP/1.1\r\nHost: ");
  const int is_ipv6 = memchr(settings->bootstrap_host.data, ':', settings->bootstrap_host.size) != NULL;
  if (is_ipv6) put_string(out, "[");
  put_text(out, settings->bootstrap_host);
  if (is_ipv6) put_string(out, "]");
  put_string(out, "\r\nAccept: application/json\r\nContent-Type: application/x-www-form-urlencoded;charset=utf-8\r\nContent-Length: ");
  put_number(out, (uint32_t)form.size);
  put_string(out, "\r\n\r\n");
  put_bytes(out, form.data, form.size);
  if (form.overflowed) out->overflowed = 1;
}

/* {"code":200,"data":{"resources":{"mqtt":{"host":"…","port":1883}}},"message":"success"}; a port may stand in quotes. */
int read_bootstrap_answer(device_core_text body, struct endpoint* endpoint) {
  struct json_value root, code, mqtt, host, port;
  uint32_t number = 0;
  if (!json_parse(body, &root) || !json_find(root, "code", &code) ||
      !text_equals(code.kind == JSON_STRING ? json_string(code) : code.text, "200"))
    return 0;
  if (!json_find(root, "data", &mqtt) || !json_find(mqtt, "resources", &mqtt) || !json_find(mqtt, "mqtt", &mqtt)) return 0;
  if (!json_find(mqtt, "host", &host) || host.kind != JSON_STRING || !json_find(mqtt, "port", &port)) return 0;
  if (port.kind != JSON_STRING && port.kind != JSON_NUMBER) return 0;
  return read_number(port.kind == JSON_STRING ? json_string(port) : port.text, 65535, &number) &&
         endpoint_set(endpoint, json_string(host), number);
}

/* hex(HMAC-SHA-256(secret, names and values of what is signed, by their names)). */
static void put_signature(struct text_writer* out, const device_core_settings* settings) {
  uint8_t memory[LOGIN_BYTES_MAX];
  uint8_t mac[SHA256_BYTES];
  struct text_writer content = {memory, sizeof memory, 0, 0};
  put_string(&content, "clientId");
  put_text(&content, settings->product_key);
  put_string(&content, ".");
  put_text(&content, settings->device_name);
  put_string(&content, "deviceName");
  put_text(&content, settings->device_name);
  put_string(&content, "productKey");
  put_text(&content, settings->product_key);
  put_string(&content, "timestamp");
  put_string(&content, timestamp);
  if (content.overflowed) {
    out->overflowed = 1;
    return;
  }
  hmac_sha256((const uint8_t*)settings->device_secret.data, settings->device_secret.size, content.data, content.size, mac);
  put_hex(out, mac, sizeof mac);
}

static device_core_text written_since(const struct text_writer* out, size_t begin) {
  return text_of((const char*)out->data + begin, out->size - begin);
}

int make_login(const device_core_settings* settings, uint8_t memory[LOGIN_BYTES_MAX], struct mqtt_login* login) {
  static const uint32_t keep_alive_by_default = 300;
  struct text_writer out = {memory, LOGIN_BYTES_MAX, 0, 0};
  put_text(&out, settings->product_key);
  put_string(&out, ".");
  put_text(&out, settings->device_name);
  put_string(&out, "|timestamp=");
  put_string(&out, timestamp);
  /* _ss=1: the platform subscribes for this device to all that it is to hear. */
  put_string(&out, ",_ss=1,_v=");
  put_text(&out, settings->firmware_version);
  put_string(&out, settings->mqtt_tls ? ",securemode=2" : ",securemode=3");
  put_string(&out, ",signmethod=hmacsha256|");
  login->client_id = written_since(&out, 0);

  size_t begin = out.size;
  put_text(&out, settings->device_name);
  put_string(&out, "&");
  put_text(&out, settings->product_key);
  login->user_name = written_since(&out, begin);

  begin = out.size;
  put_signature(&out, settings);
  login->password = written_since(&out, begin);
  login->keep_alive_s = (uint16_t)(settings->keep_alive_s > 0 ? settings->keep_alive_s : keep_alive_by_default);
  return !out.overflowed;
}

static void put_system_topic(struct text_writer* out, const device_core_settings* settings, const char* tail) {
  put_string(out, "/sys/");
  put_text(out, settings->product_key);
  put_string(out, "/");
  put_text(out, settings->device_name);
  put_string(out, tail);
}

int is_notify_topic(device_core_text topic, const device_core_settings* settings) {
  uint8_t memory[128];
  struct text_writer own = {memory, sizeof memory, 0, 0};
  put_system_topic(&own, settings, "/thing/bootstrap/notify");
  return !own.overflowed && topic.size == own.size && memcmp(topic.data, own.data, own.size) == 0;
}

/* Ids are small numbers, in quotes or without. */
static int is_usable_id(struct json_value id) { return (id.kind == JSON_STRING || id.kind == JSON_NUMBER) && id.text.size <= ID_BYTES_MAX; }

int read_notify(device_core_text payload, struct notify* notify) {
  struct json_value root, id, method, command;
  uint32_t number = 0;
  if (!json_parse(payload, &root) || !json_find(root, "id", &id) || !is_usable_id(id)) return 0;
  if (!json_find(root, "method", &method) || !text_equals(json_string(method), "thing.bootstrap.notify")) return 0;
  if (!json_find(root, "params", &command) || !json_find(command, "cmd", &command)) return 0;
  if (command.kind != JSON_NUMBER || !read_number(command.text, INT32_MAX, &number)) return 0;
  notify->id = id.kind == JSON_STRING ? json_string(id) : id.text;
  notify->verbatim_id = id.text;
  notify->command = (int32_t)number;
  return 1;
}

void put_notify_reply_topic(struct text_writer* out, const device_core_settings* settings) {
  put_system_topic(out, settings, "/thing/bootstrap/notify_reply");
}

void put_notify_reply(struct text_writer* out, const struct notify* notify, uint32_t code) {
  put_string(out, "{\"id\":");
  put_text(out, notify->verbatim_id);
  put_string(out, ",\"code\":");
  put_number(out, code);
  put_string(out, ",\"data\":{}}");
}
