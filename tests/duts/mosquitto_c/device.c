// A device on libmosquitto, in C11: its bootstrap is an HTTP request by hand over OpenSSL's BIOs, its answer is read by jsmn. How the
// session is kept (keep-alive, reconnect, messages that go out again) is left to the library and its thread.
#define _XOPEN_SOURCE 700
#include <mosquitto.h>
#include <openssl/hmac.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>
#define JSMN_STATIC
#define JSMN_STRICT
#include <jsmn.h>

enum { text_max = 512, answer_max = 4096, tokens_max = 128, answer_wait_ms = 10000, at_once_ms = 200, linger_ms = 100 };

struct endpoint {
  char host[254];
  int port;
};

static const char *product_key, *device_name, *device_secret, *flash, *ca_file;
static bool mqtt_tls;
static double time_scale;
static int keep_alive_s, publish_interval_ms;
static char notify_topic[text_max], reply_topic[text_max], set_topic[text_max], set_reply_topic[text_max], post_topic[text_max];

static pthread_t main_thread;  // sleeps in rest(); SIGUSR1 wakes it
static bool is_stopped;        // SIGTERM was seen
static atomic_bool is_online, is_told_to_move;
static atomic_int refusals;  // CONNACKs that were none, since it was last online

static const char* setting(const char* name, const char* otherwise) {
  const char* const value = getenv(name);
  return value != NULL && *value != '\0' ? value : otherwise;
}

static long long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

// Until the session says something, or for so long. All signals are blocked but here.
static void rest(long long ms) {
  sigset_t awaited;
  sigemptyset(&awaited);
  sigaddset(&awaited, SIGTERM);
  sigaddset(&awaited, SIGINT);
  sigaddset(&awaited, SIGUSR1);
  if (ms < 0) ms = 0;
  const struct timespec wait = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
  const int got = sigtimedwait(&awaited, NULL, &wait);
  if (got == SIGTERM || got == SIGINT) is_stopped = true;
}

// Half of it is certain, half is chance; never less than a second.
static void back_off(int attempt) {
  const double longest = 60000 * time_scale > 4000 ? 60000 * time_scale : 4000;
  double ms = 2000.0 * (1 << (attempt < 10 ? attempt : 10));
  if (ms > longest) ms = longest;
  const long long until = now_ms() + (long long)(ms / 2 + ms / 2 * drand48());
  while (!is_stopped && now_ms() < until) rest(until - now_ms());
}

// --- JSON: places of tokens, -1 for what is not there ---

static int member(const char* json, const jsmntok_t* tokens, int count, int object, const char* name) {
  if (object < 0 || tokens[object].type != JSMN_OBJECT) return -1;
  for (int at = object + 1; at + 1 < count && tokens[at].start < tokens[object].end;) {
    const int length = tokens[at].end - tokens[at].start;
    if ((size_t)length == strlen(name) && memcmp(json + tokens[at].start, name, (size_t)length) == 0) return at + 1;
    for (const int end = tokens[++at].end; at < count && tokens[at].start < end;) ++at;
  }
  return -1;
}

static bool copied(const char* json, const jsmntok_t* tokens, int at, jsmntype_t type, char* text, size_t room) {
  if (at < 0 || tokens[at].type != type) return false;
  const int length = tokens[at].end - tokens[at].start;
  return snprintf(text, room, "%.*s", length, json + tokens[at].start) < (int)room;
}

static int parsed(const char* json, size_t length, jsmntok_t* tokens) {
  jsmn_parser parser;
  jsmn_init(&parser);
  return jsmn_parse(&parser, json, length, tokens, tokens_max);
}

// --- The endpoint: from the bootstrap service, and in the flash ---

static bool is_endpoint(const struct endpoint* one) {
  return one->port > 0 && one->port < 65536 && one->host[0] != '\0' &&
         one->host[strspn(one->host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")] == '\0';
}

static bool read_answer(const char* json, size_t length, struct endpoint* found) {
  jsmntok_t tokens[tokens_max];
  const int count = parsed(json, length, tokens);
  if (count < 1) return false;
  char code[16], port[16];
  if (!copied(json, tokens, member(json, tokens, count, 0, "code"), JSMN_PRIMITIVE, code, sizeof code) || strcmp(code, "200") != 0)
    return false;
  const int data = member(json, tokens, count, 0, "data");
  const int mqtt = member(json, tokens, count, member(json, tokens, count, data, "resources"), "mqtt");
  const int at = member(json, tokens, count, mqtt, "port");
  if (!copied(json, tokens, member(json, tokens, count, mqtt, "host"), JSMN_STRING, found->host, sizeof found->host)) return false;
  if (!copied(json, tokens, at, JSMN_PRIMITIVE, port, sizeof port) && !copied(json, tokens, at, JSMN_STRING, port, sizeof port))
    return false;
  char* end = port;
  found->port = (int)strtol(port, &end, 10);
  return *end == '\0' && is_endpoint(found);
}

// The body of a whole answer with status 200; null: not yet, or never (then the link's end decides).
static char* whole_body(char* answer) {
  char* const blank = strstr(answer, "\r\n\r\n");
  if (blank == NULL || strncmp(answer, "HTTP/1.1 200 ", 13) != 0) return NULL;
  for (char* line = strstr(answer, "\r\n"); line < blank; line = strstr(line + 2, "\r\n"))
    if (strncasecmp(line + 2, "Content-Length:", 15) == 0) return strlen(blank + 4) >= strtoul(line + 17, NULL, 10) ? blank + 4 : NULL;
  return NULL;
}

static bool is_worth_waiting(BIO* link, long long until) {
  if (!BIO_should_retry(link) || now_ms() >= until) return false;
  struct pollfd one = {.fd = (int)BIO_get_fd(link, NULL), .events = BIO_should_read(link) ? POLLIN : POLLOUT};
  poll(&one, 1, 100);
  rest(0);
  return !is_stopped;
}

static bool sent_whole(BIO* link, const char* text, long long until) {
  for (size_t sent = 0; sent < strlen(text);) {
    const int more = BIO_write(link, text + sent, (int)(strlen(text) - sent));
    if (more > 0)
      sent += (size_t)more;
    else if (!is_worth_waiting(link, until))
      return false;
  }
  return true;
}

// Head and form go out one after the other, as from the vendor's C SDK: two TLS records.
static bool ask_over(BIO* link, const char* head, const char* form, struct endpoint* found) {
  const long long until = now_ms() + answer_wait_ms;
  BIO_set_nbio(link, 1);
  while (BIO_do_connect(link) != 1)
    if (!is_worth_waiting(link, until)) return false;
  if (!sent_whole(link, head, until) || !sent_whole(link, form, until)) return false;
  char answer[answer_max];
  size_t length = 0;
  while (length + 1 < sizeof answer) {
    const int more = BIO_read(link, answer + length, (int)(sizeof answer - 1 - length));
    if (more > 0) {
      length += (size_t)more;
      answer[length] = '\0';
      const char* const body = whole_body(answer);
      if (body != NULL) return read_answer(body, strlen(body), found);
    } else if (!is_worth_waiting(link, until)) {
      return false;
    }
  }
  return false;  // longer than anything that could be an answer
}

static bool bootstrap(struct endpoint* found) {
  const char* const host = setting("FLEETSIM_BOOTSTRAP_HOST", "iot-auth-global.aliyuncs.com");
  char place[text_max], form[text_max], head[text_max];
  snprintf(place, sizeof place, "%s:%s", host, setting("FLEETSIM_BOOTSTRAP_PORT", "443"));
  snprintf(form, sizeof form, "productKey=%s&deviceName=%s&clientId=%s.%s&resources=mqtt", product_key, device_name, product_key,
           device_name);
  snprintf(head, sizeof head,
           "POST /auth/bootstrap HTTP/1.1\r\nHost: %s\r\nAccept: text/xml,text/javascript,text/html,application/json\r\n"
           "Content-Type: application/x-www-form-urlencoded;charset=utf-8\r\nContent-Length: %zu\r\n\r\n",
           host, strlen(form));
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  BIO* link = NULL;
  if (strcmp(setting("FLEETSIM_BOOTSTRAP_TLS", "1"), "1") == 0) {
    SSL* ssl = NULL;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    if (SSL_CTX_load_verify_locations(context, ca_file, NULL) == 1) link = BIO_new_ssl_connect(context);
    if (link != NULL) BIO_set_conn_hostname(link, place);
    if (link != NULL && BIO_get_ssl(link, &ssl) == 1) {
      const bool is_address = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1;
      if (!is_address) SSL_set1_host(ssl, host);
      if (!is_address) SSL_set_tlsext_host_name(ssl, host);
    }
  } else {
    link = BIO_new_connect(place);
  }
  const bool is_answered = link != NULL && ask_over(link, head, form, found);
  BIO_free_all(link);
  SSL_CTX_free(context);
  return is_answered;
}

static bool load_endpoint(struct endpoint* stored) {
  char path[text_max];
  snprintf(path, sizeof path, "%s/endpoint.txt", flash);
  FILE* const file = fopen(path, "r");
  if (file == NULL) return false;
  const bool is_read = fscanf(file, "%253s %d end", stored->host, &stored->port) == 2 && is_endpoint(stored);
  fclose(file);
  return is_read;
}

// Beside the old one, which it replaces once it is whole.
static void store_endpoint(const struct endpoint* one) {
  struct endpoint stored;
  if (load_endpoint(&stored) && stored.port == one->port && strcmp(stored.host, one->host) == 0) return;
  char path[text_max], fresh[text_max];
  snprintf(path, sizeof path, "%s/endpoint.txt", flash);
  snprintf(fresh, sizeof fresh, "%s/endpoint.new", flash);
  FILE* const file = fopen(fresh, "w");
  if (file == NULL) return;
  const bool is_written = fprintf(file, "%s %d end\n", one->host, one->port) > 0 && fflush(file) == 0 && fsync(fileno(file)) == 0;
  if (fclose(file) == 0 && is_written) rename(fresh, path);
}

// --- The session: what the library's thread calls ---

static void on_connect(struct mosquitto* mqtt, void* unused, int code) {
  (void)unused;
  if (code == 0) {
    char* topics[] = {notify_topic, set_topic};
    mosquitto_subscribe_multiple(mqtt, NULL, 2, topics, 1, 0, NULL);
  }
  refusals = code == 0 ? 0 : refusals + 1;
  is_online = code == 0;
  pthread_kill(main_thread, SIGUSR1);
}

static void on_disconnect(struct mosquitto* mqtt, void* unused, int why) {
  (void)mqtt, (void)unused, (void)why;
  is_online = false;
  pthread_kill(main_thread, SIGUSR1);
}

static void on_message(struct mosquitto* mqtt, void* unused, const struct mosquitto_message* message) {
  (void)unused;
  jsmntok_t tokens[tokens_max];
  char method[64] = "", command[16] = "", reply[text_max];
  const char* const json = message->payload;
  const int count = parsed(json, (size_t)message->payloadlen, tokens);
  const int id = count > 0 ? member(json, tokens, count, 0, "id") : -1;
  if (id < 0 || (tokens[id].type != JSMN_STRING && tokens[id].type != JSMN_PRIMITIVE)) return;
  const int quote = tokens[id].type == JSMN_STRING;  // it goes back as it came, quotes and all
  const int length = snprintf(reply, sizeof reply, "{\"id\":%.*s,\"code\":200,\"data\":{}}", tokens[id].end - tokens[id].start + 2 * quote,
                              json + tokens[id].start - quote);
  if (length >= (int)sizeof reply) return;
  if (strcmp(message->topic, set_topic) == 0) mosquitto_publish(mqtt, NULL, set_reply_topic, length, reply, 0, false);
  if (strcmp(message->topic, notify_topic) != 0) return;
  const int params = member(json, tokens, count, 0, "params");
  copied(json, tokens, member(json, tokens, count, 0, "method"), JSMN_STRING, method, sizeof method);
  copied(json, tokens, member(json, tokens, count, params, "cmd"), JSMN_PRIMITIVE, command, sizeof command);
  if (strcmp(method, "thing.bootstrap.notify") != 0 || strcmp(command, "0") != 0) return;
  mosquitto_publish(mqtt, NULL, reply_topic, length, reply, 0, false);
  is_told_to_move = true;
  pthread_kill(main_thread, SIGUSR1);
}

static void publish_property(struct mosquitto* mqtt, unsigned number) {
  char text[text_max];
  const int length =
      snprintf(text, sizeof text, "{\"id\":\"%u\",\"version\":\"1.0\",\"params\":{\"level\":%u},\"method\":\"thing.event.property.post\"}",
               number, number % 100);
  mosquitto_publish(mqtt, NULL, post_topic, length, text, 1, false);
}

// Ends when it is told to move, to stop, or was away for so long that the endpoint may be the wrong one. Whether it was online for long.
static bool keep_session(struct mosquitto* mqtt, const struct endpoint* place) {
  static unsigned number = 0;
  const long long patience_ms = 120000 * time_scale > 15000 ? (long long)(120000 * time_scale) : 15000;
  long long online_since = 0, last_online = now_ms(), due = 0;
  bool was_long = false;
  is_told_to_move = false;
  refusals = 0;
  mosquitto_connect_async(mqtt, place->host, place->port, keep_alive_s);
  mosquitto_loop_start(mqtt);
  while (!is_stopped && !is_told_to_move && refusals < 4 && now_ms() - last_online < patience_ms) {
    const long long now = now_ms();
    if (is_online && online_since == 0) online_since = now, due = now;
    if (!is_online) online_since = 0;
    if (is_online) last_online = now;
    was_long = was_long || (is_online && now - online_since > 10000);
    if (is_online && publish_interval_ms > 0 && now >= due) {
      publish_property(mqtt, ++number);
      due = now + publish_interval_ms;
    }
    rest(is_online && publish_interval_ms > 0 && due - now < at_once_ms ? due - now : at_once_ms);
  }
  const bool is_clean = is_online;
  // The library closes its socket right behind its DISCONNECT: an answer that comes meanwhile would make a reset of it, and the host would
  // throw away what it has not sent yet.
  for (const long long until = now_ms() + linger_ms; is_clean && now_ms() < until;) rest(until - now_ms());
  mosquitto_disconnect(mqtt);
  mosquitto_loop_stop(mqtt, !is_clean);  // without a session its thread may hang in an opening that nobody answers
  is_online = false;
  return was_long;
}

static struct mosquitto* new_client(void) {
  char client_id[text_max], content[text_max], user[text_max], password[65] = "";
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  snprintf(client_id, sizeof client_id, "%s.%s|securemode=%d,signmethod=hmacsha256,timestamp=2524608000000|", product_key, device_name,
           mqtt_tls ? 2 : 3);
  snprintf(content, sizeof content, "clientId%s.%sdeviceName%sproductKey%stimestamp2524608000000", product_key, device_name, device_name,
           product_key);
  HMAC(EVP_sha256(), device_secret, (int)strlen(device_secret), (const unsigned char*)content, strlen(content), digest, &length);
  for (size_t i = 0; i < length; ++i) snprintf(password + 2 * i, 3, "%02x", (unsigned)digest[i]);
  snprintf(user, sizeof user, "%s&%s", device_name, product_key);
  struct mosquitto* const mqtt = mosquitto_new(client_id, true, NULL);
  if (mqtt == NULL) return NULL;
  mosquitto_username_pw_set(mqtt, user, password);
  if (mqtt_tls) mosquitto_tls_set(mqtt, ca_file, NULL, NULL, NULL, NULL);
  const unsigned int longest = 60 * time_scale > 4 ? (unsigned int)(60 * time_scale) : 4;
  mosquitto_reconnect_delay_set(mqtt, 1, longest, true);
  mosquitto_connect_callback_set(mqtt, on_connect);
  mosquitto_disconnect_callback_set(mqtt, on_disconnect);
  mosquitto_message_callback_set(mqtt, on_message);
  return mqtt;
}

static bool read_settings(void) {
  product_key = setting("FLEETSIM_PRODUCT_KEY", NULL);
  device_name = setting("FLEETSIM_DEVICE_NAME", NULL);
  device_secret = setting("FLEETSIM_DEVICE_SECRET", NULL);
  flash = setting("FLEETSIM_FLASH", ".");
  ca_file = setting("FLEETSIM_CA_FILE", "/etc/ssl/certs/ca-certificates.crt");
  mqtt_tls = strcmp(setting("FLEETSIM_MQTT_TLS", "1"), "1") == 0;
  time_scale = atof(setting("FLEETSIM_TIME_SCALE", "1"));
  keep_alive_s = atoi(setting("FLEETSIM_KEEP_ALIVE_S", "60"));
  publish_interval_ms = atoi(setting("FLEETSIM_PUBLISH_INTERVAL_MS", "0"));
  if (product_key == NULL || device_name == NULL || device_secret == NULL) return false;
  const struct {
    char* topic;
    const char* tail;
  } topics[] = {{notify_topic, "bootstrap/notify"},
                {reply_topic, "bootstrap/notify_reply"},
                {set_topic, "service/property/set"},
                {set_reply_topic, "service/property/set_reply"},
                {post_topic, "event/property/post"}};
  for (size_t i = 0; i < sizeof topics / sizeof *topics; ++i)
    snprintf(topics[i].topic, text_max, "/sys/%s/%s/thing/%s", product_key, device_name, topics[i].tail);
  return true;
}

int main(void) {
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  sigaddset(&blocked, SIGINT);
  sigaddset(&blocked, SIGUSR1);
  sigaddset(&blocked, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &blocked, NULL);
  main_thread = pthread_self();
  srand48(time(NULL) ^ getpid());
  if (!read_settings()) return fprintf(stderr, "FLEETSIM_PRODUCT_KEY, _DEVICE_NAME and _DEVICE_SECRET say who this is\n"), 2;
  mosquitto_lib_init();
  struct mosquitto* const mqtt = new_client();
  if (mqtt == NULL) return 3;
  struct endpoint place;
  int attempt = 0;
  for (bool is_known = load_endpoint(&place); !is_stopped; is_known = false) {
    while (!is_known && !is_stopped) {
      is_known = bootstrap(&place);
      if (is_known) fprintf(stderr, "bootstrap: %s:%d\n", place.host, place.port);
      if (is_known)
        store_endpoint(&place);
      else
        back_off(attempt++);
    }
    if (is_stopped) break;
    if (keep_session(mqtt, &place))
      attempt = 0;
    else if (!is_stopped && attempt++ > 0)
      back_off(attempt);  // it goes round: the answer and the session disagree
  }
  mosquitto_destroy(mqtt);
  mosquitto_lib_cleanup();
  return 0;
}
