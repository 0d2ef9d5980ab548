/* Reads one HTTP/1.1 answer from a stream that is cut anywhere (RFC 9112): framed by Content-Length, in chunks, or by the end of the link.
 * Only 200 is an answer. A redirect is none: the global endpoint is the one that was burned in, and nobody else may name another.
 *
 *     http_begin(&reader);
 *     switch (http_feed(&reader, bytes)) { case HTTP_COMPLETE: use(http_body(&reader)); ... }
 */
#ifndef EXAMPLE_HTTP_H
#define EXAMPLE_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "device_core.h"

#define HTTP_LINE_BYTES_MAX 128u   /* longer header lines are read past */
#define HTTP_HEAD_BYTES_MAX 16384u /* of all lines together, before an answer is given up */
#define HTTP_BODY_BYTES_MAX 2048u
#define HTTP_RETRY_AFTER_S_MAX 3600u /* a server that asks for more is asked again after this */

enum http_progress { HTTP_MORE, HTTP_COMPLETE, HTTP_FAILED };

enum http_part {
  HTTP_STATUS_LINE,
  HTTP_HEADER,
  HTTP_BODY, /* `remaining` bytes */
  HTTP_BODY_UNTIL_CLOSE,
  HTTP_CHUNK_SIZE,
  HTTP_CHUNK_DATA, /* `remaining` bytes */
  HTTP_CHUNK_END,
  HTTP_TRAILER
};

enum http_framing { HTTP_BY_CLOSE, HTTP_BY_LENGTH, HTTP_BY_CHUNKS };

struct http_reader {
  enum http_progress progress;
  enum http_part part;
  enum http_framing framing;
  int accepts_part; /* 206 is an answer, too: it was asked for a range */
  uint32_t status;
  uint32_t retry_after_s; /* what a server asks for that cannot answer now (RFC 9110 §10.2.3); 0: nothing */
  uint32_t remaining;
  size_t head_bytes;
  size_t line_size;
  int line_is_cut;
  int after_framing; /* the line before was one that says how long the body is */
  size_t body_size;
  char line[HTTP_LINE_BYTES_MAX];
  char body[HTTP_BODY_BYTES_MAX];
};

void http_begin(struct http_reader* reader);
/* What comes behind a whole answer is not looked at. */
enum http_progress http_feed(struct http_reader* reader, device_core_bytes bytes);
/* The peer has ended the stream, in order. */
enum http_progress http_end_of_stream(struct http_reader* reader);
device_core_text http_body(const struct http_reader* reader);

#endif
