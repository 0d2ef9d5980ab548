// The HMAC of OpenSSL behind the port: what tests judge signatures by, and what signs in tests of whole devices.
//
//   config.hmac = test_hmac();
#pragma once

#include <cstddef>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "devicecore/base/hmac_port.hpp"

namespace fleetsim::device::testing {

inline const EVP_MD* digest_of(HmacMethod method) {
  switch (method) {
    case HmacMethod::md5:
      return EVP_md5();
    case HmacMethod::sha1:
      return EVP_sha1();
    case HmacMethod::sha256:
      return EVP_sha256();
  }
  return nullptr;
}

inline std::size_t compute_with_openssl(void*, HmacMethod method, ByteView key, ByteView content, MutableBytes mac) {
  unsigned int size = 0;
  HMAC(digest_of(method), key.data(), static_cast<int>(key.size()), content.data(), content.size(), mac.data(), &size);
  return size;
}

inline HmacPort test_hmac() { return {&compute_with_openssl, nullptr}; }

}  // namespace fleetsim::device::testing
