#include "http.h"

#include <string.h>

#include "text.h"

void http_begin(struct http_reader* reader) { memset(reader, 0, sizeof *reader); }

static void fail(struct http_reader* reader) { reader->progress = HTTP_FAILED; }

static device_core_text trimmed(device_core_text text) {
  while (text.size > 0 && (text.data[0] == ' ' || text.data[0] == '\t')) text = text_of(text.data + 1, text.size - 1);
  while (text.size > 0 && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t')) --text.size;
  return text;
}

/* "HTTP/1.1 200", then a space and a reason, or nothing. */
static void end_status_line(struct http_reader* reader) {
  const char* const line = reader->line;
  const size_t size = reader->line_size;
  const int is_right = size >= 12 && memcmp(line, "HTTP/1.", 7) == 0 && line[8] == ' ' && (size == 12 || line[12] == ' ');
  if (!is_right || !read_number(text_of(line + 9, 3), 599, &reader->status) || reader->status < 100) {
    fail(reader);
    return;
  }
  reader->framing = HTTP_BY_CLOSE;
  reader->part = HTTP_HEADER;
}

static void end_header_line(struct http_reader* reader) {
  const int was_framing = reader->after_framing;
  reader->after_framing = 0;
  if (reader->line[0] == ' ' || reader->line[0] == '\t') { /* the obsolete way to go on with a line */
    if (was_framing) fail(reader);
    return;
  }
  const char* const colon = memchr(reader->line, ':', reader->line_size);
  if (colon == NULL) {
    if (!reader->line_is_cut) fail(reader);
    return;
  }
  const size_t name_size = (size_t)(colon - reader->line);
  if (name_size == 0 || memchr(reader->line, ' ', name_size) != NULL || memchr(reader->line, '\t', name_size) != NULL) {
    fail(reader);
    return;
  }
  const device_core_text name = text_of(reader->line, name_size);
  const device_core_text value = trimmed(text_of(colon + 1, reader->line_size - name_size - 1));
  if (text_equals_loosely(name, "content-length")) {
    reader->after_framing = 1;
    uint32_t length = 0;
    const int is_repeated = reader->framing == HTTP_BY_LENGTH;
    /* Two lengths must agree, and a length beside chunks is how requests are smuggled (RFC 9112 §6.3). */
    if (reader->line_is_cut || !read_number(value, UINT32_MAX, &length) || reader->framing == HTTP_BY_CHUNKS ||
        (is_repeated && length != reader->remaining)) {
      fail(reader);
      return;
    }
    reader->framing = HTTP_BY_LENGTH;
    reader->remaining = length;
  } else if (text_equals_loosely(name, "transfer-encoding")) {
    reader->after_framing = 1;
    if (reader->line_is_cut || reader->framing != HTTP_BY_CLOSE || !text_equals_loosely(value, "chunked")) {
      fail(reader);
      return;
    }
    reader->framing = HTTP_BY_CHUNKS;
  } else if (text_equals_loosely(name, "retry-after") && read_number(value, UINT32_MAX, &reader->retry_after_s)) {
    if (reader->retry_after_s > HTTP_RETRY_AFTER_S_MAX) reader->retry_after_s = HTTP_RETRY_AFTER_S_MAX;
  }
}

static void end_head(struct http_reader* reader) {
  if (reader->status < 200 && reader->status != 101) { /* an interim answer: the real one follows */
    reader->part = HTTP_STATUS_LINE;
    return;
  }
  if (reader->status != 200 && !(reader->status == 206 && reader->accepts_part)) {
    fail(reader);
    return;
  }
  switch (reader->framing) {
    case HTTP_BY_CLOSE:
      reader->part = HTTP_BODY_UNTIL_CLOSE;
      return;
    case HTTP_BY_CHUNKS:
      reader->part = HTTP_CHUNK_SIZE;
      return;
    case HTTP_BY_LENGTH:
      reader->part = HTTP_BODY;
      if (reader->remaining > HTTP_BODY_BYTES_MAX)
        fail(reader);
      else if (reader->remaining == 0)
        reader->progress = HTTP_COMPLETE;
      return;
  }
}

static int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/* Hexadecimal digits, and perhaps extensions behind a semicolon. */
static void end_chunk_size(struct http_reader* reader) {
  uint32_t size = 0;
  size_t digits = 0;
  while (digits < reader->line_size && hex_value(reader->line[digits]) >= 0 && size <= HTTP_BODY_BYTES_MAX)
    size = size * 16 + (uint32_t)hex_value(reader->line[digits++]);
  const int ends_well = digits == reader->line_size || strchr("; \t", reader->line[digits]) != NULL;
  if (digits == 0 || !ends_well || size > HTTP_BODY_BYTES_MAX - reader->body_size) {
    fail(reader);
    return;
  }
  reader->remaining = size;
  reader->part = size == 0 ? HTTP_TRAILER : HTTP_CHUNK_DATA;
}

static void end_line(struct http_reader* reader) {
  if (reader->line_size > 0 && !reader->line_is_cut && reader->line[reader->line_size - 1] == '\r') --reader->line_size;
  const int is_empty = reader->line_size == 0;
  if (reader->part == HTTP_STATUS_LINE) {
    end_status_line(reader);
  } else if (reader->part == HTTP_HEADER) {
    if (is_empty)
      end_head(reader);
    else
      end_header_line(reader);
  } else if (reader->part == HTTP_CHUNK_SIZE) {
    end_chunk_size(reader);
  } else if (reader->part == HTTP_CHUNK_END) {
    if (is_empty)
      reader->part = HTTP_CHUNK_SIZE;
    else
      fail(reader);      /* data went on after its announced size */
  } else if (is_empty) { /* the trailer's end */
    reader->progress = HTTP_COMPLETE;
  }
  reader->line_size = 0;
  reader->line_is_cut = 0;
}

static void take_line_byte(struct http_reader* reader, char byte) {
  const int is_control = ((unsigned char)byte < ' ' && byte != '\t' && byte != '\r' && byte != '\n') || byte == 0x7f;
  if (++reader->head_bytes > HTTP_HEAD_BYTES_MAX || is_control) {
    fail(reader);
  } else if (byte == '\n') {
    end_line(reader);
  } else if (reader->line_size == HTTP_LINE_BYTES_MAX) {
    reader->line_is_cut = 1;
  } else {
    reader->line[reader->line_size++] = byte;
  }
}

static size_t take_body(struct http_reader* reader, device_core_bytes bytes) {
  size_t count = bytes.size;
  const int is_counted = reader->part != HTTP_BODY_UNTIL_CLOSE;
  if (is_counted && count > reader->remaining) count = reader->remaining;
  if (count > HTTP_BODY_BYTES_MAX - reader->body_size) {
    fail(reader);
    return bytes.size;
  }
  memcpy(reader->body + reader->body_size, bytes.data, count);
  reader->body_size += count;
  if (!is_counted) return count;
  reader->remaining -= (uint32_t)count;
  if (reader->remaining == 0) {
    if (reader->part == HTTP_CHUNK_DATA)
      reader->part = HTTP_CHUNK_END;
    else
      reader->progress = HTTP_COMPLETE;
  }
  return count;
}

enum http_progress http_feed(struct http_reader* reader, device_core_bytes bytes) {
  while (bytes.size > 0 && reader->progress == HTTP_MORE) {
    size_t taken = 1;
    if (reader->part == HTTP_BODY || reader->part == HTTP_BODY_UNTIL_CLOSE || reader->part == HTTP_CHUNK_DATA)
      taken = take_body(reader, bytes);
    else
      take_line_byte(reader, (char)bytes.data[0]);
    bytes.data += taken;
    bytes.size -= taken;
  }
  return reader->progress;
}

enum http_progress http_end_of_stream(struct http_reader* reader) {
  if (reader->progress == HTTP_MORE) reader->progress = reader->part == HTTP_BODY_UNTIL_CLOSE ? HTTP_COMPLETE : HTTP_FAILED;
  return reader->progress;
}

device_core_text http_body(const struct http_reader* reader) { return text_of(reader->body, reader->body_size); }
