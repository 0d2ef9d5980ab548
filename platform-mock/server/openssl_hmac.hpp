// HMAC and plain digests for the platform core over OpenSSL, on kept digest contexts: no allocation per call. Use it from one thread.
//
//   OpensslHmac hmac;
//   Ports ports{.hmac = hmac.port(), .digest = hmac.digest_port()};
#pragma once

#include <array>
#include <memory>

#include "devicecore/base/hmac_port.hpp"
#include "platform-mock/core/ports.hpp"

struct evp_md_ctx_st;
struct evp_md_st;

namespace fleetsim::platform {

class OpensslHmac {
 public:
  OpensslHmac();
  ~OpensslHmac();
  OpensslHmac(const OpensslHmac&) = delete;
  OpensslHmac& operator=(const OpensslHmac&) = delete;

  /// Valid while this object lives.
  HmacPort port();
  DigestPort digest_port();

 private:
  static std::size_t compute_digest(void* context, DigestMethod method, ByteView content, MutableBytes out);
  static std::size_t compute(void* context, HmacMethod method, ByteView key, ByteView content, MutableBytes mac);

  struct Digest {
    evp_md_st* algorithm = nullptr;
    evp_md_ctx_st* context = nullptr;
  };
  std::array<Digest, 3> digests_;  // by HmacMethod
};

}  // namespace fleetsim::platform
