/* MD5 (RFC 1321): the platform names the digest of a firmware image by it. It tells a broken download from a whole one, and proves nothing
 * else. */
#ifndef EXAMPLE_MD5_H
#define EXAMPLE_MD5_H

#include <stddef.h>
#include <stdint.h>

#define MD5_BYTES 16

struct md5 {
  uint32_t state[4];
  uint64_t bytes;
  uint8_t block[64];
};

void md5_begin(struct md5* hash);
void md5_add(struct md5* hash, const uint8_t* data, size_t size);
void md5_finish(struct md5* hash, uint8_t digest[MD5_BYTES]);

#endif
