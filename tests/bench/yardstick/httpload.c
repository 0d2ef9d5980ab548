// httpload.c - single-thread epoll HTTP/1.1 client and server on kept-alive connections, both as bare as can be.
//   gcc -O2 -Wall -o httpload httpload.c
//   httpload load  port=18080 file=requests.bin conns=16     sends every request of the file once; one under way a connection
//   httpload serve bytes=2000                                answers anything with so many bytes; prints its port; ends at SIGTERM
// requests.bin: for each request its length (4 bytes, little endian) and its bytes, ready to be sent.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 64 * 1024, CONNS_MAX = 1024 };
struct conn { int fd; size_t have, want; char buffer[BUFFER]; };

static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec * 1e-9; }
static void die(const char *what) { perror(what); exit(1); }
static const char *text(int c, char **v, const char *key, const char *otherwise) {
  size_t n = strlen(key);
  for (int i = 2; i < c; i++) if (!strncmp(v[i], key, n) && v[i][n] == '=') return v[i] + n + 1;
  return otherwise;
}
static void watch(int ep, struct conn *c) {
  struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
  if (epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e)) die("epoll_ctl");
}
static void put(int fd, const char *bytes, size_t size) {
  while (size > 0) { ssize_t n = send(fd, bytes, size, MSG_NOSIGNAL); if (n <= 0) die("send"); bytes += n; size -= n; }
}
// Size of the whole message in the buffer, 0 while it is incomplete.
static size_t message_size(struct conn *c) {
  c->buffer[c->have] = 0;
  char *end = strstr(c->buffer, "\r\n\r\n");
  if (!end) return 0;
  char *length = strcasestr(c->buffer, "\r\nContent-Length: ");
  size_t head = end + 4 - c->buffer, body = length && length < end ? strtoul(length + 18, NULL, 10) : 0;
  return c->have >= head + body ? head + body : 0;
}

static int load(int argc, char **argv) {
  FILE *f = fopen(text(argc, argv, "file", ""), "rb");
  if (!f) die("file");
  struct stat st; fstat(fileno(f), &st);
  char *all = malloc(st.st_size);
  if (fread(all, 1, st.st_size, f) != (size_t)st.st_size) die("read");
  fclose(f);
  int conns = atoi(text(argc, argv, "conns", "16")), ep = epoll_create1(0);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(text(argc, argv, "port", "18080")))};
  to.sin_addr.s_addr = inet_addr(text(argc, argv, "host", "127.0.0.1"));
  struct conn *cs = calloc(conns, sizeof *cs);
  for (int i = 0; i < conns; i++) {
    int one = 1;
    cs[i].fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(cs[i].fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(cs[i].fd, (void *)&to, sizeof to)) die("connect");
    watch(ep, &cs[i]);
  }
  const char *next = all, *end = all + st.st_size;
  long sent = 0, answered = 0, good = 0, bytes = 0;
  double begin = now();
#define SEND_NEXT(c) do { if (next < end) { uint32_t n; memcpy(&n, next, 4); put((c)->fd, next + 4, n); next += 4 + n; sent++; } } while (0)
  for (int i = 0; i < conns; i++) SEND_NEXT(&cs[i]);
  while (answered < sent) {
    struct epoll_event ev[CONNS_MAX];
    int m = epoll_wait(ep, ev, CONNS_MAX, 10000);
    if (m <= 0) { fprintf(stderr, "stalled: sent=%ld answered=%ld\n", sent, answered); return 1; }
    for (int i = 0; i < m; i++) {
      struct conn *c = ev[i].data.ptr;
      ssize_t n = recv(c->fd, c->buffer + c->have, BUFFER - 1 - c->have, 0);
      if (n <= 0) { fprintf(stderr, "closed: sent=%ld answered=%ld\n", sent, answered); return 1; }
      c->have += n;
      size_t size = message_size(c);
      if (!size) continue;
      answered++;
      bytes += size;
      if (!strncmp(c->buffer, "HTTP/1.1 200", 12) && strstr(c->buffer, "\"Success\":true")) good++;
      else if (answered - good == 1) fprintf(stderr, "%s\n", c->buffer);
      c->have = 0;
      SEND_NEXT(c);
    }
  }
  double took = now() - begin;
  printf("rate=%.0f answered=%ld good=%ld bytes=%ld seconds=%.3f\n", answered / took, answered, good, bytes / (answered ? answered : 1), took);
  return good == answered ? 0 : 1;
}

static int serve(int argc, char **argv) {
  size_t size = strtoul(text(argc, argv, "bytes", "1000"), NULL, 10);
  const char *head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ", *said = "\"Success\":true";
  char *answer = calloc(1, size + 256);
  size_t n = sprintf(answer, "%s%zu\r\n\r\n%s", head, size, said) - strlen(said);
  memset(answer + n + strlen(said), ' ', size - strlen(said));
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1, ep = epoll_create1(0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof at;
  if (bind(fd, (void *)&at, sizeof at) || listen(fd, 1024) || getsockname(fd, (void *)&at, &length)) die("listen");
  printf("port=%d\n", ntohs(at.sin_port)); fflush(stdout);
  struct conn listener = {.fd = fd};
  watch(ep, &listener);
  for (;;) {
    struct epoll_event ev[CONNS_MAX];
    int m = epoll_wait(ep, ev, CONNS_MAX, -1);
    for (int i = 0; i < m; i++) {
      struct conn *c = ev[i].data.ptr;
      if (c == &listener) {
        struct conn *fresh = calloc(1, sizeof *fresh);
        fresh->fd = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
        setsockopt(fresh->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        watch(ep, fresh);
        continue;
      }
      ssize_t got = recv(c->fd, c->buffer + c->have, BUFFER - 1 - c->have, 0);
      if (got <= 0) { close(c->fd); free(c); continue; }
      c->have += got;
      if (message_size(c)) { c->have = 0; put(c->fd, answer, n + size); }
    }
  }
}

int main(int argc, char **argv) {
  if (argc > 1 && !strcmp(argv[1], "load")) return load(argc, argv);
  if (argc > 1 && !strcmp(argv[1], "serve")) return serve(argc, argv);
  fprintf(stderr, "usage: httpload load|serve name=value...\n");
  return 2;
}
