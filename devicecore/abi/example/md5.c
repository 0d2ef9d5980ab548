#include "md5.h"

#include <string.h>

/* RFC 1321 §3.4: of the sines of 1 to 64. */
static const uint32_t sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501, 0x698098d8, 0x8b44f7af, 0xffff5bb1,
    0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453,
    0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a, 0xfffa3942,
    0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05,
    0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d,
    0x85845dd1, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
static const uint8_t shifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

static void take_block(struct md5* hash) {
  uint32_t a = hash->state[0];
  uint32_t b = hash->state[1];
  uint32_t c = hash->state[2];
  uint32_t d = hash->state[3];
  for (unsigned i = 0; i < 64; ++i) {
    uint32_t mixed = 0;
    unsigned word = 0;
    if (i < 16) {
      mixed = (b & c) | (~b & d);
      word = i;
    } else if (i < 32) {
      mixed = (d & b) | (~d & c);
      word = (5 * i + 1) % 16;
    } else if (i < 48) {
      mixed = b ^ c ^ d;
      word = (3 * i + 5) % 16;
    } else {
      mixed = c ^ (b | ~d);
      word = (7 * i) % 16;
    }
    const uint8_t* const at = hash->block + 4 * word;
    const uint32_t value = (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
    const uint32_t sum = a + mixed + sines[i] + value;
    const unsigned by = shifts[i / 16][i % 4];
    a = d;
    d = c;
    c = b;
    b += (sum << by) | (sum >> (32 - by));
  }
  hash->state[0] += a;
  hash->state[1] += b;
  hash->state[2] += c;
  hash->state[3] += d;
}

void md5_begin(struct md5* hash) {
  static const uint32_t first[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  memcpy(hash->state, first, sizeof first);
  hash->bytes = 0;
}

void md5_add(struct md5* hash, const uint8_t* data, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    hash->block[hash->bytes++ % sizeof hash->block] = data[i];
    if (hash->bytes % sizeof hash->block == 0) take_block(hash);
  }
}

void md5_finish(struct md5* hash, uint8_t digest[MD5_BYTES]) {
  static const uint8_t end = 0x80;
  static const uint8_t zero = 0;
  const uint64_t bits = hash->bytes * 8;
  uint8_t length[8];
  for (unsigned i = 0; i < 8; ++i) length[i] = (uint8_t)(bits >> (8 * i));
  md5_add(hash, &end, 1);
  while (hash->bytes % sizeof hash->block != sizeof hash->block - sizeof length) md5_add(hash, &zero, 1);
  md5_add(hash, length, sizeof length);
  for (unsigned i = 0; i < MD5_BYTES; ++i) digest[i] = (uint8_t)(hash->state[i / 4] >> (8 * (i % 4)));
}
