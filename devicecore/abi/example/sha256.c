#include "sha256.h"

#include <string.h>

#define BLOCK_BYTES 64

/* FIPS 180-4 §4.2.2: of the cube roots of the first 64 primes. */
static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate_right(uint32_t value, unsigned by) { return (value >> by) | (value << (32 - by)); }

static void take_block(struct sha256* hash) {
  uint32_t w[64];
  uint32_t v[8];
  for (size_t i = 0; i < 16; ++i)
    w[i] = (uint32_t)hash->block[4 * i] << 24 | (uint32_t)hash->block[4 * i + 1] << 16 | (uint32_t)hash->block[4 * i + 2] << 8 |
           (uint32_t)hash->block[4 * i + 3];
  for (size_t i = 16; i < 64; ++i) {
    const uint32_t s0 = rotate_right(w[i - 15], 7) ^ rotate_right(w[i - 15], 18) ^ (w[i - 15] >> 3);
    const uint32_t s1 = rotate_right(w[i - 2], 17) ^ rotate_right(w[i - 2], 19) ^ (w[i - 2] >> 10);
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  memcpy(v, hash->state, sizeof v);
  for (size_t i = 0; i < 64; ++i) {
    const uint32_t s1 = rotate_right(v[4], 6) ^ rotate_right(v[4], 11) ^ rotate_right(v[4], 25);
    const uint32_t chosen = (v[4] & v[5]) ^ (~v[4] & v[6]);
    const uint32_t first = v[7] + s1 + chosen + round_constants[i] + w[i];
    const uint32_t s0 = rotate_right(v[0], 2) ^ rotate_right(v[0], 13) ^ rotate_right(v[0], 22);
    const uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
    memmove(&v[1], &v[0], 7 * sizeof v[0]);
    v[4] += first;
    v[0] = first + s0 + majority;
  }
  for (size_t i = 0; i < 8; ++i) hash->state[i] += v[i];
}

void sha256_begin(struct sha256* hash) {
  static const uint32_t first[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  memcpy(hash->state, first, sizeof first);
  hash->bytes = 0;
}

void sha256_add(struct sha256* hash, const uint8_t* data, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    hash->block[hash->bytes++ % BLOCK_BYTES] = data[i];
    if (hash->bytes % BLOCK_BYTES == 0) take_block(hash);
  }
}

void sha256_finish(struct sha256* hash, uint8_t digest[SHA256_BYTES]) {
  static const uint8_t end = 0x80;
  static const uint8_t zero = 0;
  const uint64_t bits = hash->bytes * 8;
  uint8_t length[8];
  for (unsigned i = 0; i < 8; ++i) length[i] = (uint8_t)(bits >> (56 - 8 * i));
  sha256_add(hash, &end, 1);
  while (hash->bytes % BLOCK_BYTES != BLOCK_BYTES - sizeof length) sha256_add(hash, &zero, 1);
  sha256_add(hash, length, sizeof length);
  for (unsigned i = 0; i < SHA256_BYTES; ++i) digest[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
}

void hmac_sha256(const uint8_t* key, size_t key_size, const uint8_t* content, size_t content_size, uint8_t mac[SHA256_BYTES]) {
  struct sha256 hash;
  uint8_t padded[BLOCK_BYTES] = {0};
  if (key_size > BLOCK_BYTES) {
    sha256_begin(&hash);
    sha256_add(&hash, key, key_size);
    sha256_finish(&hash, padded);
  } else if (key_size > 0) {
    memcpy(padded, key, key_size);
  }
  for (size_t i = 0; i < BLOCK_BYTES; ++i) padded[i] ^= 0x36;
  sha256_begin(&hash);
  sha256_add(&hash, padded, BLOCK_BYTES);
  sha256_add(&hash, content, content_size);
  sha256_finish(&hash, mac);
  for (size_t i = 0; i < BLOCK_BYTES; ++i) padded[i] ^= 0x36 ^ 0x5c;
  sha256_begin(&hash);
  sha256_add(&hash, padded, BLOCK_BYTES);
  sha256_add(&hash, mac, SHA256_BYTES);
  sha256_finish(&hash, mac);
}
