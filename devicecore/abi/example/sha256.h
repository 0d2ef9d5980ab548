/* SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104): what a device signs with. */
#ifndef EXAMPLE_SHA256_H
#define EXAMPLE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES 32

struct sha256 {
  uint32_t state[8];
  uint64_t bytes;
  uint8_t block[64];
};

void sha256_begin(struct sha256* hash);
void sha256_add(struct sha256* hash, const uint8_t* data, size_t size);
void sha256_finish(struct sha256* hash, uint8_t digest[SHA256_BYTES]);

void hmac_sha256(const uint8_t* key, size_t key_size, const uint8_t* content, size_t content_size, uint8_t mac[SHA256_BYTES]);

#endif
