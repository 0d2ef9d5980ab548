/* Text in memory of a fixed size: written piece by piece, and compared. What does not fit any more is noticed, not written.
 *
 *     struct text_writer out = {memory, sizeof memory, 0, 0};
 *     put_string(&out, "port=");
 *     put_number(&out, 1883);
 *     if (out.overflowed) ...
 */
#ifndef EXAMPLE_TEXT_H
#define EXAMPLE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "device_core.h"

struct text_writer {
  uint8_t* data;
  size_t capacity;
  size_t size;
  int overflowed;
};

void put_bytes(struct text_writer* out, const void* data, size_t size);
void put_string(struct text_writer* out, const char* text);
void put_text(struct text_writer* out, device_core_text text);
void put_byte(struct text_writer* out, unsigned value);
void put_number(struct text_writer* out, uint32_t value);
void put_hex(struct text_writer* out, const uint8_t* data, size_t size);
/* application/x-www-form-urlencoded: device names may have '@' and ':'. */
void put_encoded(struct text_writer* out, device_core_text text);

device_core_text text_of(const char* data, size_t size);
device_core_text text_of_string(const char* text);
int text_equals_text(device_core_text text, device_core_text other);
int text_equals(device_core_text text, const char* other);
/* In any case of letters. */
int text_equals_loosely(device_core_text text, const char* other);
/* Decimal digits only, at most `most`; 0: it is no such number. */
int read_number(device_core_text text, uint32_t most, uint32_t* number);

#endif
