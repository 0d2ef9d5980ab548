#include "json.h"

#include <string.h>

#include "text.h"

#define DEPTH_MAX 32

struct cursor {
  const char* at;
  const char* end;
};

static void skip_space(struct cursor* in) {
  while (in->at < in->end && (*in->at == ' ' || *in->at == '\t' || *in->at == '\n' || *in->at == '\r')) ++in->at;
}

static int take(struct cursor* in, char wanted) {
  if (in->at == in->end || *in->at != wanted) return 0;
  ++in->at;
  return 1;
}

static int is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

static int skip_escape(struct cursor* in) {
  if (in->at == in->end) return 0;
  const char c = *in->at++;
  if (c != 'u') return c != '\0' && strchr("\"\\/bfnrt", c) != NULL;
  for (int i = 0; i < 4; ++i)
    if (in->at == in->end || !is_hex(*in->at++)) return 0;
  return 1;
}

static int skip_string(struct cursor* in) {
  if (!take(in, '"')) return 0;
  while (in->at < in->end) {
    const char c = *in->at++;
    if (c == '"') return 1;
    if ((unsigned char)c < 0x20) return 0;
    if (c == '\\' && !skip_escape(in)) return 0;
  }
  return 0;
}

static int skip_digits(struct cursor* in) {
  const char* const begin = in->at;
  while (in->at < in->end && *in->at >= '0' && *in->at <= '9') ++in->at;
  return in->at > begin;
}

static int skip_number(struct cursor* in) {
  take(in, '-');
  if (!take(in, '0') && !skip_digits(in)) return 0;
  if (take(in, '.') && !skip_digits(in)) return 0;
  if (take(in, 'e') || take(in, 'E')) {
    if (!take(in, '+')) take(in, '-');
    return skip_digits(in);
  }
  return 1;
}

static int skip_word(struct cursor* in, const char* word) {
  const size_t size = strlen(word);
  if ((size_t)(in->end - in->at) < size || memcmp(in->at, word, size) != 0) return 0;
  in->at += size;
  return 1;
}

static int skip_value(struct cursor* in, int depth, struct json_value* value);

/* Both kinds of brackets: members have a name and a colon in front. */
static int skip_list(struct cursor* in, int depth, int is_object) {
  const char close = is_object ? '}' : ']';
  struct json_value ignored;
  ++in->at;
  skip_space(in);
  if (take(in, close)) return 1;
  do {
    if (is_object) {
      skip_space(in);
      if (!skip_string(in)) return 0;
      skip_space(in);
      if (!take(in, ':')) return 0;
    }
    if (!skip_value(in, depth + 1, &ignored)) return 0;
  } while (take(in, ','));
  return take(in, close);
}

/* With the space around it. */
static int skip_value(struct cursor* in, int depth, struct json_value* value) {
  int is_right = 0;
  skip_space(in);
  if (in->at == in->end || depth > DEPTH_MAX) return 0;
  const char* const begin = in->at;
  if (*begin == '{' || *begin == '[') {
    value->kind = *begin == '{' ? JSON_OBJECT : JSON_ARRAY;
    is_right = skip_list(in, depth, *begin == '{');
  } else if (*begin == '"') {
    value->kind = JSON_STRING;
    is_right = skip_string(in);
  } else if (*begin == '-' || (*begin >= '0' && *begin <= '9')) {
    value->kind = JSON_NUMBER;
    is_right = skip_number(in);
  } else {
    value->kind = JSON_WORD;
    is_right = skip_word(in, "true") || skip_word(in, "false") || skip_word(in, "null");
  }
  value->text = text_of(begin, (size_t)(in->at - begin));
  skip_space(in);
  return is_right;
}

int json_parse(device_core_text text, struct json_value* root) {
  if (text.size == 0) return 0;
  struct cursor in = {text.data, text.data + text.size};
  return skip_value(&in, 0, root) && in.at == in.end;
}

int json_find(struct json_value object, const char* name, struct json_value* value) {
  if (object.kind != JSON_OBJECT) return 0;
  struct cursor in = {object.text.data + 1, object.text.data + object.text.size};
  skip_space(&in);
  if (take(&in, '}')) return 0;
  do {
    struct json_value found;
    skip_space(&in);
    const char* const begin = in.at;
    if (!skip_string(&in)) return 0;
    const device_core_text found_name = text_of(begin + 1, (size_t)(in.at - begin) - 2);
    skip_space(&in);
    if (!take(&in, ':') || !skip_value(&in, 0, &found)) return 0;
    if (text_equals(found_name, name)) {
      *value = found;
      return 1;
    }
  } while (take(&in, ','));
  return 0;
}

device_core_text json_string(struct json_value value) {
  return value.kind == JSON_STRING ? text_of(value.text.data + 1, value.text.size - 2) : text_of(NULL, 0);
}
