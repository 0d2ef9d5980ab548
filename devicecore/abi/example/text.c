#include "text.h"

#include <string.h>

void put_bytes(struct text_writer* out, const void* data, size_t size) {
  if (out->overflowed || size > out->capacity - out->size) {
    out->overflowed = 1;
    return;
  }
  if (size > 0) memcpy(out->data + out->size, data, size);
  out->size += size;
}

void put_string(struct text_writer* out, const char* text) { put_bytes(out, text, strlen(text)); }

void put_text(struct text_writer* out, device_core_text text) { put_bytes(out, text.data, text.size); }

void put_byte(struct text_writer* out, unsigned value) {
  const uint8_t byte = (uint8_t)value;
  put_bytes(out, &byte, 1);
}

void put_number(struct text_writer* out, uint32_t value) {
  char digits[10];
  size_t size = 0;
  do {
    digits[size++] = (char)('0' + value % 10);
    value /= 10;
  } while (value > 0);
  while (size > 0) put_bytes(out, &digits[--size], 1);
}

static void put_hex_byte(struct text_writer* out, uint8_t byte) {
  static const char digits[] = "0123456789ABCDEF";
  put_bytes(out, &digits[byte >> 4], 1);
  put_bytes(out, &digits[byte & 15], 1);
}

void put_hex(struct text_writer* out, const uint8_t* data, size_t size) {
  for (size_t i = 0; i < size; ++i) put_hex_byte(out, data[i]);
}

static int is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

void put_encoded(struct text_writer* out, device_core_text text) {
  for (size_t i = 0; i < text.size; ++i) {
    const char c = text.data[i];
    if (is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '*') {
      put_bytes(out, &c, 1);
    } else {
      put_string(out, "%");
      put_hex_byte(out, (uint8_t)c);
    }
  }
}

device_core_text text_of(const char* data, size_t size) {
  const device_core_text text = {data, size};
  return text;
}

device_core_text text_of_string(const char* text) { return text_of(text, strlen(text)); }

int text_equals_text(device_core_text text, device_core_text other) {
  return text.size == other.size && (other.size == 0 || memcmp(text.data, other.data, other.size) == 0);
}

int text_equals(device_core_text text, const char* other) { return text_equals_text(text, text_of_string(other)); }

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

int text_equals_loosely(device_core_text text, const char* other) {
  if (text.size != strlen(other)) return 0;
  for (size_t i = 0; i < text.size; ++i)
    if (lower(text.data[i]) != lower(other[i])) return 0;
  return 1;
}

int read_number(device_core_text text, uint32_t most, uint32_t* number) {
  uint64_t value = 0;
  if (text.size == 0 || text.size > 10) return 0;
  for (size_t i = 0; i < text.size; ++i) {
    if (text.data[i] < '0' || text.data[i] > '9') return 0;
    value = value * 10 + (uint64_t)(text.data[i] - '0');
  }
  if (value > most) return 0;
  *number = (uint32_t)value;
  return 1;
}
