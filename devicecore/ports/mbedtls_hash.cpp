#include "devicecore/ports/mbedtls_hash.hpp"

#include <mbedtls/md5.h>
#include <mbedtls/sha256.h>
#include <new>

namespace fleetsim::device {
namespace {

static_assert(sizeof(mbedtls_md5_context) <= kHashStateBytesMax && sizeof(mbedtls_sha256_context) <= kHashStateBytesMax);

mbedtls_md5_context* md5_in(MutableBytes state) { return std::launder(reinterpret_cast<mbedtls_md5_context*>(state.data())); }
mbedtls_sha256_context* sha256_in(MutableBytes state) { return std::launder(reinterpret_cast<mbedtls_sha256_context*>(state.data())); }

bool start(void*, HashMethod method, MutableBytes state) {
  if (state.size() < kHashStateBytesMax) return false;
  switch (method) {
    case HashMethod::md5:
      mbedtls_md5_init(new (state.data()) mbedtls_md5_context);
      return mbedtls_md5_starts_ret(md5_in(state)) == 0;
    case HashMethod::sha256:
      mbedtls_sha256_init(new (state.data()) mbedtls_sha256_context);
      return mbedtls_sha256_starts_ret(sha256_in(state), 0) == 0;
  }
  return false;
}

bool update(void*, HashMethod method, MutableBytes state, ByteView bytes) {
  switch (method) {
    case HashMethod::md5:
      return mbedtls_md5_update_ret(md5_in(state), bytes.data(), bytes.size()) == 0;
    case HashMethod::sha256:
      return mbedtls_sha256_update_ret(sha256_in(state), bytes.data(), bytes.size()) == 0;
  }
  return false;
}

bool finish(void*, HashMethod method, MutableBytes state, MutableBytes digest) {
  if (digest.size() < hash_bytes(method)) return false;
  switch (method) {
    case HashMethod::md5:
      return mbedtls_md5_finish_ret(md5_in(state), digest.data()) == 0;
    case HashMethod::sha256:
      return mbedtls_sha256_finish_ret(sha256_in(state), digest.data()) == 0;
  }
  return false;
}

}  // namespace

HashPort mbedtls_hash() { return {&start, &update, &finish, nullptr}; }

}  // namespace fleetsim::device
